namespace Gearpump.Sources;

/// <summary>
/// Adapts a system that can be asked only "what came at or after this time?". Derive from it and implement
/// <see cref="Identity"/> and <see cref="ReadFrom"/>; positions, resuming and replay are done here: a position is a time and
/// the number of records of that time already taken.
/// </summary>
/// <remarks>
/// The system must give records in the order of their times, and those of one time in the same order whenever it is asked.
/// Nothing may appear later at a time that has been read past.
/// </remarks>
public abstract class TimeOnlySource : ITimeReplayableSource
{
    /// <inheritdoc />
    public abstract string Identity { get; }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation)
    {
        var splits = await ListSplitsAsync(cancellation).ConfigureAwait(false);
        return splits.Select(split => new SourceSplit(split.Id, At(split.Start), split.End is { } end ? At(end) : null)).ToList();
    }

    /// <inheritdoc />
    public ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(split);
        cancellation.ThrowIfCancellationRequested();
        var from = TimePosition.From(position);
        DateTimeOffset? end = split.End is { } last ? TimePosition.From(last).Time : null;
        return ValueTask.FromResult<ISplitReader>(
            new TimeOnlyReader($"{Identity}, split '{split.Id}'", stop => ReadFrom(split.Id, from.Time, stop), from, end));
    }

    /// <inheritdoc />
    public ValueTask<SourcePosition> PositionAtAsync(SourceSplit split, DateTimeOffset time, CancellationToken cancellation) =>
        ValueTask.FromResult(At(time));

    /// <summary>The parts that are read side by side. Default: one, "all", from the first record on.</summary>
    protected virtual ValueTask<IReadOnlyList<TimeSplit>> ListSplitsAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<TimeSplit>>([new TimeSplit("all", DateTimeOffset.MinValue)]);

    /// <summary>
    /// All records of a split at or after a time, in the order of their times. The sequence waits where nothing is there yet; when
    /// it ends, the split has ended for good.
    /// </summary>
    /// <param name="cancellation">Cancelled when the reader is closed.</param>
    protected abstract IAsyncEnumerable<TimedRecord> ReadFrom(string split, DateTimeOffset time, CancellationToken cancellation);

    private static SourcePosition At(DateTimeOffset time) => new TimePosition(time, 0).ToSourcePosition();
}

namespace Gearpump.Sources;

/// <summary>
/// A source that can be read again from where it has been before: the one thing that at-least-once delivery asks of the
/// outside. Implement it for your own system; one that can be asked only by time is adapted by <see cref="TimeOnlySource"/>.
/// </summary>
public interface ITimeReplayableSource
{
    /// <summary>What is read, for people and for the plan: other input under the same state is refused by this name.</summary>
    string Identity { get; }

    /// <summary>Asked when a process starts: can it be reached, is everything there, is it permitted? Any other error is tried again.</summary>
    /// <exception cref="RefusedException">No, and waiting does not help.</exception>
    ValueTask CheckAsync(string job, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>All splits, each with a resolved start and, where the input is bounded, end. Asked once an instance.</summary>
    /// <exception cref="SourceLostException">There is nothing of that name, or nothing in it: refused for good. Any other error is tried again.</exception>
    ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation);

    /// <summary>Opens a split at a position that an earlier reader of it has reported.</summary>
    /// <exception cref="SourceLostException">What stood at the position is gone or is not the same any more.</exception>
    ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation);

    /// <summary>The position of the first record at or after a past time. The default refuses.</summary>
    ValueTask<SourcePosition> PositionAtAsync(SourceSplit split, DateTimeOffset time, CancellationToken cancellation) =>
        throw new NotSupportedException($"{Identity} cannot be asked by time");
}

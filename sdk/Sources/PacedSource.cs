namespace Gearpump.Sources;

/// <summary>
/// Holds another source back to a rate that stands in a file: for tests and demonstrations. The file holds the most records a
/// second of each process, as text; where it is absent there is no bound. It is looked at several times a second, so that
/// deleting it lifts the pace.
/// </summary>
public sealed class PacedSource(ITimeReplayableSource source, string rateFile) : ITimeReplayableSource
{
    private readonly FileRate _rate = new(rateFile);

    // How fast it is read is no part of what is read.
    /// <inheritdoc />
    public string Identity => source.Identity;

    /// <inheritdoc />
    public ValueTask CheckAsync(string job, CancellationToken cancellation) => source.CheckAsync(job, cancellation);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation) => source.GetSplitsAsync(cancellation);

    /// <inheritdoc />
    public async ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation) =>
        new PacedReader(await source.OpenAsync(split, position, cancellation).ConfigureAwait(false), _rate);

    /// <inheritdoc />
    public ValueTask<SourcePosition> PositionAtAsync(SourceSplit split, DateTimeOffset time, CancellationToken cancellation) =>
        source.PositionAtAsync(split, time, cancellation);
}

namespace Gearpump.Kafka.Write;

/// <summary>Reads one partition of a marker topic. Every call ends within a time of its own, done or with an error.</summary>
internal interface IMarkerReader : IAsyncDisposable
{
    /// <summary>The offset of the first record there is.</summary>
    ValueTask<long> BeginningAsync(CancellationToken cancellation);

    /// <summary>The offset behind the last record there is, whoever's transaction is open (isolation read_uncommitted).</summary>
    ValueTask<long> EndAsync(CancellationToken cancellation);

    /// <summary>
    /// Committed records from an offset on (isolation read_committed), some of them; none, after a short wait, where there are none.
    /// The next offset is beyond aborted and control records too.
    /// </summary>
    ValueTask<MarkerPage> ReadAsync(long offset, CancellationToken cancellation);
}

namespace Gearpump.Outputs;

/// <summary>One attempt to publish. Every call may throw; the engine then opens a new session and reads the marker again.</summary>
public interface IPublishSession : IAsyncDisposable
{
    /// <summary>What has been published; null where nothing ever was.</summary>
    ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation);

    /// <summary>Writes segments of one cut, and the marker, in one atomic step: readers see all of it or nothing. Called once a session.</summary>
    ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation);
}

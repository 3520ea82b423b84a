using Gearpump.Outputs;

namespace Gearpump.Search.Hosts;

/// <summary>A publisher's session, by its number. Its calls go by way of the host.</summary>
internal sealed class SearchSession(int number) : IPublishSession
{
    public int Number => number;

    public ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

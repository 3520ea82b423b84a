using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>A session; all its calls complete at once, the host chooses when.</summary>
internal sealed class SimSession(SimPublisher publisher, long number) : IPublishSession
{
    public bool Fenced => !publisher.IsNewest(number);

    public ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation) => ValueTask.FromResult(publisher.Marker);

    public async ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation)
    {
        var all = new List<ReadOnlyMemory<byte>>();
        await foreach (var segment in segments.WithCancellation(cancellation))
        {
            all.Add(segment);
        }

        publisher.Apply(number, all, marker);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

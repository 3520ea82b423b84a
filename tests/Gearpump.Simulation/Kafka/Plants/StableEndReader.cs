using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Takes the last stable offset for the end, as a consumer of committed records tells it.</summary>
internal sealed class StableEndReader(SimMarkerReader reader) : IMarkerReader
{
    public ValueTask<long> BeginningAsync(CancellationToken cancellation) => reader.BeginningAsync(cancellation);

    public ValueTask<long> EndAsync(CancellationToken cancellation) => reader.EndAsync(committed: true);

    public ValueTask<MarkerPage> ReadAsync(long offset, CancellationToken cancellation) => reader.ReadAsync(offset, cancellation);

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}

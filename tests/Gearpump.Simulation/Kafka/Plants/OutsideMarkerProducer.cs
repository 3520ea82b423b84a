using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Writes the marker by itself, when the transaction is committed.</summary>
internal sealed class OutsideMarkerProducer(SimKafkaProducer producer, SimKafkaLink link) : ITransactionalProducer
{
    private KafkaRecord? _marker;

    public ValueTask InitAsync(CancellationToken cancellation) => producer.InitAsync(cancellation);

    public void Begin() => producer.Begin();

    public ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation)
    {
        var all = records.ToList();
        if (all is [{ Topic: var topic }] && topic.EndsWith("-markers", StringComparison.Ordinal))
        {
            _marker = all[0];
            return ValueTask.CompletedTask;
        }

        return producer.ProduceAsync(all, cancellation);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => producer.FlushAsync(cancellation);

    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        await producer.CommitAsync(cancellation);
        var marker = _marker!.Value;
        var (answered, _) = await link.SendAsync("Produce, marker", broker => broker.Produce((marker.Topic, marker.Partition), [(marker.Key, marker.Value)]), 1_000);
        if (!answered)
        {
            throw new IOException("no answer");
        }
    }

    public ValueTask DisposeAsync() => producer.DisposeAsync();
}

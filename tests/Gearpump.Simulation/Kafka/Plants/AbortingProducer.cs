using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Aborts, under its own epoch, what it had begun and not committed.</summary>
internal sealed class AbortingProducer(SimKafkaProducer producer) : ITransactionalProducer
{
    private bool _open;

    public ValueTask InitAsync(CancellationToken cancellation) => producer.InitAsync(cancellation);

    public void Begin()
    {
        _open = true;
        producer.Begin();
    }

    public ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation) => producer.ProduceAsync(records, cancellation);

    public ValueTask FlushAsync(CancellationToken cancellation) => producer.FlushAsync(cancellation);

    public ValueTask CommitAsync(CancellationToken cancellation)
    {
        _open = false;
        return producer.CommitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_open)
        {
            await producer.AbortAsync();
        }

        await producer.DisposeAsync();
    }
}

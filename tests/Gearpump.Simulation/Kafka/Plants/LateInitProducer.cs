using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Is initialised when it writes first: the marker has been read by then.</summary>
internal sealed class LateInitProducer(SimKafkaProducer producer) : ITransactionalProducer
{
    private bool _initialised;

    public ValueTask InitAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public void Begin()
    {
    }

    public async ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation)
    {
        if (!_initialised)
        {
            await producer.InitAsync(cancellation);
            _initialised = true;
            producer.Begin();
        }

        await producer.ProduceAsync(records, cancellation);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => producer.FlushAsync(cancellation);

    public ValueTask CommitAsync(CancellationToken cancellation) => producer.CommitAsync(cancellation);

    public ValueTask DisposeAsync() => producer.DisposeAsync();
}

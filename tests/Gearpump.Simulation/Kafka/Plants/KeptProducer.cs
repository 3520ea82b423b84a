using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Is initialised once, and serves one session after the other until something fails.</summary>
internal sealed class KeptProducer(SimKafkaProducer producer) : ITransactionalProducer
{
    private bool _initialised;
    private bool _open;

    /// <summary>It has not committed what it had begun.</summary>
    public bool Broken { get; private set; }

    public async ValueTask InitAsync(CancellationToken cancellation)
    {
        if (!_initialised)
        {
            Broken = true;
            await producer.InitAsync(cancellation);
            (_initialised, Broken) = (true, false);
        }
    }

    public void Begin()
    {
        _open = true;
        producer.Begin();
    }

    public ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation) => producer.ProduceAsync(records, cancellation);

    public ValueTask FlushAsync(CancellationToken cancellation) => producer.FlushAsync(cancellation);

    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        await producer.CommitAsync(cancellation);
        _open = false;
    }

    public ValueTask DisposeAsync()
    {
        Broken |= _open;
        return ValueTask.CompletedTask;
    }
}

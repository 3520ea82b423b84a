namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What differs between brokers.</summary>
internal sealed record SimKafkaOptions
{
    /// <summary>How long the control records of the next transaction take, milliseconds.</summary>
    public Func<long> CompletionMs { get; init; } = static () => 5;

    /// <summary>A record is taken only where its partition was added to an open transaction, as brokers do from 3.6 on. Older ones take it, and it may stay open for ever.</summary>
    public bool Verifies { get; init; } = true;
}

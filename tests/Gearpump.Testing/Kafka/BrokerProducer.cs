namespace Gearpump.Testing.Kafka;

/// <summary>A producer as brokers know it.</summary>
public readonly record struct BrokerProducer(long Id, short Epoch);

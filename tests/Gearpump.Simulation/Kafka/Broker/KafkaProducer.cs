namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>A producer as brokers know it.</summary>
internal readonly record struct KafkaProducer(long Id, short Epoch);

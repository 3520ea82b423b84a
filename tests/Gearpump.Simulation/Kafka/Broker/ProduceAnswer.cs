namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What Produce is answered, for one partition.</summary>
internal readonly record struct ProduceAnswer(KafkaError Error, long BaseOffset);

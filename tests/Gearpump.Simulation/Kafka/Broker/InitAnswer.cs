namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What InitProducerId is answered.</summary>
internal readonly record struct InitAnswer(KafkaError Error, KafkaProducer Producer);

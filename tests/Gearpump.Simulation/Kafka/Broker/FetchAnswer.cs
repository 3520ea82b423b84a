namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What Fetch gives a client that has filtered it: records, and the offset behind all that was looked at.</summary>
internal readonly record struct FetchAnswer(KafkaError Error, IReadOnlyList<StoredRecord> Records, long NextOffset);

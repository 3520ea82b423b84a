namespace Gearpump.Kafka.Write;

/// <summary>A record on its way to a partition.</summary>
/// <param name="Key">Null: none.</param>
internal readonly record struct KafkaRecord(string Topic, int Partition, long TimestampMs, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value);

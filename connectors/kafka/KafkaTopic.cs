namespace Gearpump.Kafka;

/// <summary>A topic; one that was deleted and made again has another id.</summary>
internal sealed record KafkaTopic(string Name, UInt128 Id, int Partitions);

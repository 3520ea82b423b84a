namespace Gearpump.Kafka.Write;

/// <summary>Committed records of a marker topic, and the offset behind all that was looked at.</summary>
internal readonly record struct MarkerPage(IReadOnlyList<(string? Key, byte[]? Value)> Records, long NextOffset);

namespace Gearpump.Testing.Kafka;

/// <summary>Records as a reader of some isolation sees them, and the offset behind all that was looked at.</summary>
public sealed record FetchedRecords(IReadOnlyList<(long Offset, string Value)> Records, long NextOffset);

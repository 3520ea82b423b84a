namespace Gearpump.Sources;

/// <summary>A record of a system that can be asked only by time.</summary>
/// <param name="Time">When it entered the system, as the system says it; becomes the record's event time.</param>
/// <param name="Value">Its bytes.</param>
public readonly record struct TimedRecord(DateTimeOffset Time, ReadOnlyMemory<byte> Value);

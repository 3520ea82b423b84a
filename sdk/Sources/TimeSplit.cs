namespace Gearpump.Sources;

/// <summary>A part of a system that can be asked only by time.</summary>
/// <param name="Id">Stable over restarts and unique within the source.</param>
/// <param name="Start">Where an instance of the job begins.</param>
/// <param name="End">Records at or after it are not read; null: the split ends when the user's sequence ends, or never.</param>
public sealed record TimeSplit(string Id, DateTimeOffset Start, DateTimeOffset? End = null);

namespace Gearpump.Sources;

/// <summary>A part of a source that is read in order by one task: a file, a partition.</summary>
/// <param name="Id">Stable over restarts and unique within the source.</param>
/// <param name="Start">Where an instance of the job begins; already resolved, never "the latest".</param>
/// <param name="End">Where a bounded split ends, resolved when the instance began; null where it has no end.</param>
public sealed record SourceSplit(string Id, SourcePosition Start, SourcePosition? End);

namespace Gearpump.PlantedBugs;

/// <summary>A change of one source file.</summary>
/// <param name="File">From the solution's folder on, with slashes.</param>
/// <param name="Original">Stands there exactly once.</param>
/// <param name="Replacement">Takes its place.</param>
internal sealed record SourceEdit(string File, string Original, string Replacement);

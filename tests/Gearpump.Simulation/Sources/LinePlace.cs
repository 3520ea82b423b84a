namespace Gearpump.Simulation.Sources;

/// <summary>Where a line stands.</summary>
internal readonly record struct LinePlace(int Split, int Line);

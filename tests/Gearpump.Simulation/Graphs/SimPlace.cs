using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Graphs;

/// <summary>Where a chain runs.</summary>
internal sealed record SimPlace(SimWorld World, WorkerProcess Process, bool IsSource, UserErrors Errors);

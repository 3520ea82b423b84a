namespace Gearpump.Simulation.Processes;

/// <summary>Unwinds a machine whose process has just died within one of its calls.</summary>
internal sealed class SimulatedCrashException : Exception;

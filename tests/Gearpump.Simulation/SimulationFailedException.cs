namespace Gearpump.Simulation;

/// <summary>A promise was broken; the message says which.</summary>
internal sealed class SimulationFailedException(string message, Exception? inner = null) : Exception(message, inner);

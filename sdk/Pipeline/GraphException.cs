namespace Gearpump;

/// <summary>A graph that cannot run, with everything that is wrong with it.</summary>
public sealed class GraphException(string message, Exception? inner = null) : Exception(message, inner);

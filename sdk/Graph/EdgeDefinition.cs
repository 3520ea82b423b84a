namespace Gearpump.Graph;

/// <summary>An edge between two stages. Its place among the edges with the same To is the input number of <c>TaskChain.Process</c>; among those with the same From, its place in <c>TaskSetup.Edges</c>.</summary>
public sealed record EdgeDefinition(string From, string To, Routing Routing);

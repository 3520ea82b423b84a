namespace Gearpump.Search.Exploration;

/// <summary>One thing that may happen next in a world.</summary>
/// <param name="Kind">What, as the world numbers it.</param>
/// <param name="A">Whom or what it concerns.</param>
/// <param name="B">More of that.</param>
internal readonly record struct Choice(int Kind, int A = 0, int B = 0);

namespace Gearpump.Search.Tests;

/// <summary>A bug that is planted in the engine: one text in one of its files is replaced by another.</summary>
/// <param name="File">Below engine/.</param>
/// <param name="Text">Stands there exactly once, or the plant fails: the engine has changed.</param>
/// <param name="Scenario">The search that has to find it.</param>
/// <param name="Finds">What it has to say.</param>
public sealed record Plant(string Name, string File, string Text, string Instead, string Scenario, string Finds)
{
    public override string ToString() => Name;
}

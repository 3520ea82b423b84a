using Gearpump.Simulation;

namespace Gearpump.PlantedBugs;

/// <summary>A guard taken away, in the way in which somebody might forget it.</summary>
/// <param name="Area">The catalogue that it stands in.</param>
/// <param name="Name">Short and stable.</param>
/// <param name="Breaks">The rule that does not hold any more.</param>
internal sealed record PlantedBug(string Area, string Name, string Breaks)
{
    public IReadOnlyList<SourceEdit> Edits { get; init; } = [];

    /// <summary>A bug of the simulated world instead: the outside breaks its contract.</summary>
    public SimulationPlant World { get; init; }

    /// <summary>The mixture that brings it out.</summary>
    public string Profile { get; init; } = "mixed";

    /// <summary>The first seed: for bugs that only few seeds bring out, one that is known to.</summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>The most seeds that it may take: far more than it does take, for every change of the simulator deals them anew.</summary>
    public int Seeds { get; init; } = 800;

    /// <summary>
    /// Why nobody can notice it: the guard that stands behind this one. It is not hunted; where somebody might forget both, that bug is
    /// in the catalogue too.
    /// </summary>
    public string? HiddenBy { get; init; }
}

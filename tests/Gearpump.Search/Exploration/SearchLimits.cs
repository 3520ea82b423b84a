namespace Gearpump.Search.Exploration;

/// <summary>How much a search may take.</summary>
/// <param name="States">Distinct states after which it gives up.</param>
/// <param name="WorldsInMemory">Worlds of the frontier that are kept; those beyond are made again by their path.</param>
/// <param name="ReplayEvery">Every so many-th new state is reached again from the beginning, to see that a copied world is the same as one that was never copied. 0: none.</param>
internal sealed record SearchLimits(long States = 5_000_000, int WorldsInMemory = 30_000, int ReplayEvery = 0)
{
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told how far a long search has come, every half a minute.</summary>
    public Action<string>? Progress { get; init; }
}

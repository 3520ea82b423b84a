namespace Gearpump.PlantedBugs;

/// <summary>How the hunt for one bug went.</summary>
/// <param name="Seeds">How many were run; the last one is <paramref name="Seed"/>.</param>
/// <param name="Oracle">Who noticed it; null: nobody.</param>
/// <param name="Told">The failure; where nobody noticed the bug, why it counts as broken.</param>
internal sealed record PlantResult(PlantedBug Bug, ulong Seed, int Seeds, string? Oracle, string Told, TimeSpan Took)
{
    public bool IsCaught => Oracle is not null;

    /// <summary>Nobody noticed it although somebody should have.</summary>
    public bool IsHole => !IsCaught && Bug.HiddenBy is null;
}

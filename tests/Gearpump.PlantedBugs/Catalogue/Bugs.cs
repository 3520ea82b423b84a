namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Every planted bug there is.</summary>
internal static class Bugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        .. WorldBugs.All,
        .. LogBugs.All,
    ];
}

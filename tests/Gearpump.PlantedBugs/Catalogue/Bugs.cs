namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Every planted bug there is.</summary>
internal static class Bugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        .. WorldBugs.All,
        .. LogBugs.All,
        .. CoordinationBugs.All,
        .. FailureBugs.All,
        .. CutBugs.All,
        .. ChannelBugs.All,
        .. WorkBugs.All,
        .. SnapshotBugs.All,
        .. PublishingBugs.All,
        .. StateBugs.All,
        .. RefactoringBugs.All,
    ];
}

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>One history: creates at the index behind the last one, fencing, reading down to the first gap.</summary>
internal static class LogBugs
{
    private const string Area = "Log";
    private const string JobLog = "engine/Log/JobLog.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "log-no-check-above", "after its own create a writer does not look for a higher entry")
        {
            Edits = [new(JobLog, "if (keys.Count > 0)", "if (keys.Count > 1_000_000)")],
            Profile = "takeovers",
        },
        new(Area, "log-taken-counts-as-ours", "an index that is taken by another counts as appended")
        {
            Edits = [new(JobLog, "if (found.Span.SequenceEqual(bytes))", "if (found.Length > 0)")],
            Profile = "takeovers",
        },
    ];
}

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>One history: creates at the index behind the last one, fencing, repeating what is unknown, collecting from the lowest up.</summary>
internal static class LogBugs
{
    private const string Area = "Log";
    private const string JobLog = "engine/Log/JobLog.cs";
    private const string Coordinator = "engine/Coordination/Coordinator.cs";
    private const string Collector = "engine/Coordination/GarbageCollector.cs";

    // As it once was: whoever reads a manifest collects, before it has won the log.
    private static readonly SourceEdit ReaderCollects = new(
        Collector, "HashSet(StringComparer.Ordinal)));\n        Trim();", "HashSet(StringComparer.Ordinal)));\n        Trim();\n        Committed();");

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "log-no-look-above", "after its own create a writer does not look for a higher entry")
        {
            Edits = [new(JobLog, "if (keys.Count > 0)", "if (keys.Count > 1_000_000)")],
            Profile = "zombies",
        },
        new(Area, "log-taken-counts-as-ours", "an index that is taken by another coordinator counts as appended")
        {
            Edits = [new(JobLog, "if (found.Span.SequenceEqual(bytes))", "if (found.Length > 0)")],
            Profile = "takeovers",
        },
        new(Area, "log-unknown-counts-as-created", "a create that timed out counts as created, and is not repeated")
        {
            Edits = [new(JobLog, "if (result.Outcome == PutOutcome.Unknown)", "if (result.Outcome == PutOutcome.Unknown && bytes.Length == 0)")],
            Profile = "storage",
        },
        new(Area, "log-next-index-when-taken", "who finds the index taken writes at the next one")
        {
            Edits =
            [
                new(JobLog, """Fence($"log entry {index} is another coordinator's", fenced);""", "_last = index; _appending = false; Append(entry, appended, fenced);"),
            ],
            Profile = "takeovers",
        },
        new(Area, "log-own-instance", "of two coordinators that create the first instance, each goes on with its own")
        {
            Edits =
            [
                new(
                    JobLog,
                    """
                    _ =>
                                    Load(false, newInstance, loaded, damaged));
                    """,
                    """
                    _ =>
                    {
                        _instance = newInstance;
                        ReadLog(loaded, damaged);
                    });
                    """),
            ],
            Profile = "rivals",
        },
        new(Area, "takeover-without-term", "a new coordinator begins without writing its term")
        {
            Edits = [new(Coordinator, "TakeTerm(AfterTerm);", "AfterTerm();")],
            Profile = "takeovers",
        },
        new(Area, "fenced-goes-on", "a fenced coordinator takes its entry for written")
        {
            Edits =
            [
                new(
                    Coordinator,
                    """
                                if (_standing.Phase != CoordinatorPhase.Over)
                                {
                                    fenced(reason);
                                }
                    """,
                    """
                                if (entry.Manifest is null)
                                {
                                    fenced(reason);
                                    return;
                                }

                                _job.Apply(entry, _log.LastIndex + 1);
                                appended(_log.LastIndex + 1);
                    """),
            ],
            Profile = "takeovers",
        },
        new(Area, "epoch-from-older-manifest", "an epoch starts from the manifest before the newest: a fall back to an older snapshot")
        {
            Edits =
            [
                new("engine/Coordination/JobRecord.cs", "ManifestIndex = (ulong)ManifestIndex,", "ManifestIndex = (ulong)(OlderIndex < 0 ? ManifestIndex : OlderIndex),"),
                new("engine/Coordination/JobRecord.cs", "case LogEntry.BodyOneofCase.Manifest:", "case LogEntry.BodyOneofCase.Manifest:\n                OlderIndex = ManifestIndex;"),
                new("engine/Coordination/JobRecord.cs", "public long ManifestIndex { get; private set; } = -1;", "public long ManifestIndex { get; private set; } = -1;\n\n    private long OlderIndex { get; set; } = -1;"),
            ],
        },
        new(Area, "collected-while-it-reads", "a log that is collected between the list and the read counts as damaged")
        {
            Edits = [new(JobLog, "if (higher.Count > 0)", "if (higher.Count > 1_000_000)")],
            Profile = "sleepers",
            Seeds = 2_000,
        },
        new(Area, "old-instance-goes-on", "a coordinator does not notice that a newer instance of the job was begun")
        {
            Edits = [new(JobLog, "if (instances.Keys is { Count: > 0 })", "if (instances.Keys is { Count: > 1_000_000 })")],
            Profile = "anew",
            Seeds = 800,
        },
        new(Area, "collects-the-open-cut", "objects above the newest manifest are collected: they are the open cut's")
        {
            Edits = [new(Collector, "&& (cut < newest.Cut || (cut == newest.Cut && epoch != newest.Epoch))", "&& epoch >= 0")],
        },
        new(Area, "collects-what-is-kept", "objects of older cuts are collected although a kept manifest names them")
        {
            Edits = [new(Collector, "&& !_kept.Any(manifest => manifest.Keys.Contains(key)))", "&& !newest.Keys.Contains(key))")],
        },
        new(Area, "collects-by-twice-read-manifests", "a manifest that is read twice counts twice among those that are kept")
        {
            Edits = [new(Collector, "_kept.Clear();\n        _doomed.Clear();", "_doomed.Clear();"), ReaderCollects],
            Profile = "readers",
            Seeds = 2_000,
        },
        new(Area, "collects-what-is-owed", "segments that are not paid yet are not counted as named")
        {
            Edits = [new(Collector, ".Concat(entry.Manifest.Owed.Select(segment => segment.Key))", "")],
            Profile = "publications",
        },
        new(Area, "collects-the-log-at-once", "log entries are deleted side by side, not from the lowest up")
        {
            Edits = [new(Collector, "if (_logUnderWay)", "if (_underWay >= DeletesAtOnce)")],
        },
    ];
}

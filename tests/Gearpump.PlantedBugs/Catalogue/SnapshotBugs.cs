namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Snapshots: names, what is awaited before a part is reported, how state comes back.</summary>
internal static class SnapshotBugs
{
    private const string Area = "Snapshots";
    private const string Uploader = "engine/Work/Uploader.cs";
    private const string Restorer = "engine/Work/Restorer.cs";
    private const string Snapshot = "engine/Snapshots/SnapshotObject.cs";
    private const string Keys = "engine/Log/StoreKeys.cs";
    private static readonly SourceEdit NameWithoutEpoch = new(Keys, "/cuts/{cut:D12}/{epoch:D8}/{step}/{part}", "/cuts/{cut:D12}/{epoch - epoch:D8}/{step}/{part}");
    private static readonly SourceEdit AnyBytesWillDo = new(Uploader, "if (found.Span.SequenceEqual(bytes))", "if (found.Length > 0)");

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "object-name-without-epoch", "two attempts at a cut share the names of their objects")
        {
            Edits = [NameWithoutEpoch],
            Profile = "rollbacks",
        },
        new(Area, "another-attempts-object", "nor are the bytes compared of an object that stands there already")
        {
            Edits = [NameWithoutEpoch, AnyBytesWillDo],
            Profile = "rollbacks",
        },
        new(Area, "existing-object-is-not-compared", "an object that stands there already counts as stored, whatever it holds")
        {
            Edits = [AnyBytesWillDo],
            HiddenBy = "an object's name has its cut, epoch, task and serial: only the same attempt can have stored it; see another-attempts-object",
        },
        new(Area, "unknown-upload-counts-as-stored", "an upload that timed out counts as stored")
        {
            Edits = [new(Uploader, "case PutOutcome.Created:", "case PutOutcome.Created or PutOutcome.Unknown:")],
            Profile = "storage",
        },
        new(Area, "part-without-its-objects", "a task reports its part before its state is stored")
        {
            Edits = [new("engine/Work/Tasks/StateUploader.cs", "part.Hold();", "_ = part;")],
        },
        new(Area, "part-without-its-segments", "a task reports its part before its outputs are stored")
        {
            Edits = [new("engine/Work/Outputs/CutSegments.cs", "part.Hold();", "_ = part;")],
        },
        new(Area, "part-before-outside-is-safe", "a task reports its part before its at-least-once outputs are safe outside")
        {
            Edits =
            [
                new("engine/Work/Outputs/DirectSegments.cs", "part.Hold();\n        _queue.Enqueue((default, part));\n        Next();", "_ = part;"),
            ],
            Profile = "direct",
        },
        new(Area, "restores-by-task", "a task restores the objects of the task with its number, whatever groups these have")
        {
            Edits = [new(Restorer, "range.Overlaps(new KeyGroupRange((int)item.FirstGroup, (int)item.EndGroup))", "item.Task == task")],
            Profile = "changes",
        },
        new(Area, "restores-the-first-object-only", "of a state in several objects the first one is restored")
        {
            Edits = [new(Restorer, "_underWay--;\n        stepped();", "_underWay--;\n        _queue.Clear();\n        stepped();")],
            Profile = "rollbacks",
        },
        new(Area, "missing-snapshot-is-zero", "an object that is missing counts as restored")
        {
            Edits = [new(Restorer, "jobFails($\"snapshot {item.Key} is missing\");\n            return;", "_underWay--;\n            Next();\n            return;")],
            Profile = "damage",
        },
        new(Area, "snapshot-not-verified", "an object is decoded although its hash is not the manifest's")
        {
            Edits =
            [
                new(Snapshot, "if (!SHA256.HashData(bytes.Span).AsSpan().SequenceEqual(expected.Sha256.Span))", "if (bytes.Length < 0)"),
                new(Snapshot, "(ulong)payload.Length == header.PayloadLength && SHA256.HashData(payload.Span).AsSpan().SequenceEqual(header.PayloadSha256.Span)", "(ulong)payload.Length == header.PayloadLength"),
            ],
            Profile = "damage",
        },
        new(Area, "damaged-snapshot-is-zero", "an object that is damaged counts as restored")
        {
            Edits = [new(Restorer, "jobFails(e.Message.Contains(item.Key, StringComparison.Ordinal) ? e.Message : $\"snapshot {item.Key}: {e.Message}\");\n            return;", "_ = e;")],
            Profile = "damage",
        },
    ];
}

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>A task's records: undone as a whole, stopped by push-back, nothing of an older epoch.</summary>
internal static class WorkBugs
{
    private const string Area = "Work";
    private const string Records = "engine/Work/Tasks/RecordProcessor.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "outputs-not-taken-back", "what a record has emitted before user code threw is not taken back")
        {
            Edits = [new(Records, "io.Undo();\n        foreach", "foreach")],
            Profile = "mistakes",
        },
        new(Area, "state-not-taken-back", "what a record has updated before user code threw is not taken back")
        {
            Edits = [new(Records, "io.Undo();\n        foreach (var state in Chain.States)\n        {\n            state.Undo();\n        }", "io.Undo();")],
            Profile = "mistakes",
        },
        new(Area, "rejected-record-is-lost", "a record that stays bad is not written to the dead letters")
        {
            Edits = [new(Records, "io.BeginRecord(clockMs);\n                Reject(Chain.CurrentStep", "io.BeginRecord(clockMs);\n                _ = (Chain.CurrentStep, record.Key, record.Value, reason);\n                if (record.Value.Length < 0) Reject(Chain.CurrentStep")],
            Profile = "mistakes",
        },
        new(Area, "push-back-ignored", "sources read on although more is owed than may be")
        {
            Edits = [new("engine/Work/EpochRun.cs", "!_control.Run || _control.PushBack ||", "!_control.Run ||")],
            Profile = "publications",
        },
        new(Area, "reads-behind-a-pause", "sources read on behind a cut that asks for a pause")
        {
            Edits = [new("engine/Work/EpochRun.cs", "|| (_control.OpenCut is { Pause: true } open && (long)open.Cut < nextCut);", ";")],
            Profile = "changes",
        },
        new(Area, "old-epoch-goes-on", "what belongs to an older epoch is not stopped when the next one begins")
        {
            Edits = [new("engine/Work/Worker.cs", "run.Stop(reason);", "_ = reason;")],
            Profile = "rollbacks",
        },
        new(Area, "sources-read-without-credit", "a source takes records although its channels are blocked")
        {
            Edits =
            [
                new("engine/Work/Tasks/SourceTask.cs", "if (_tick == 0 || Run.SourcesPause(NextCut) || !MayTakeRecord)", "if (_tick == 0 || Run.SourcesPause(NextCut))"),
                new("engine/Work/Tasks/SourceTask.cs", "return !_budget.IsSpent && MayTakeRecord && !Run.IsFailing;", "return !_budget.IsSpent && !Run.IsFailing;"),
            ],
        },
        new(Area, "retries-after-rejection", "a record that is refused is tried again like one that has thrown")
        {
            Edits = [new(Records, "if (e is not RecordRejectedException && tries", "if (tries")],
            HiddenBy = "nothing but time is lost: each try is undone as a whole, and the last one is refused like the first",
        },
        new(Area, "late-term-for-the-epochs-entry", "who joins takes what a candidate's late request has put into the place of a collected entry for the epoch's own")
        {
            Edits = [new("engine/Work/EpochRun.cs", "if (entry.TermStarted is not null)", "if (entry.TermStarted is { Address.Length: 0 })")],
            Profile = "revenants",
            Seeds = 3_000,
        },
        new(Area, "uploads-without-bound", "records are taken although more is on its way to the store than may be")
        {
            Edits = [new("engine/Work/Uploader.cs", "Bytes >= context.Options.UploadBytesMax;", "Bytes >= long.MaxValue - context.Options.UploadBytesMax;")],
        },
        new(Area, "step-without-an-end", "a task takes as many records in one step as there are, however slow user code is, and no heartbeat goes out")
        {
            Edits = [new("engine/Work/Tasks/StepBudget.cs", "if (host.NowMs >= _endMs)", "if (host.NowMs >= _endMs + 1_000_000_000)")],
            Profile = "slow",
        },
    ];
}

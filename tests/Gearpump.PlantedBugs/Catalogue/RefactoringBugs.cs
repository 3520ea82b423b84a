namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>What goes wrong in a refactoring: a reset that is forgotten, an answer that is not seen to be late, a bound that is off by one.</summary>
internal static class RefactoringBugs
{
    private const string EpochRun = "engine/Work/EpochRun.cs";
    private const string Links = "engine/Work/Links.cs";
    private const string Debts = "engine/Coordination/Debts.cs";
    private const string Collector = "engine/Coordination/GarbageCollector.cs";
    private const string Publisher = "engine/Publishing/Publisher.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new("Coordination", "restore-watch-is-not-cleared", "what was seen of restoring in the last epoch counts in the next one")
        {
            Edits = [new("engine/Coordination/RestoreWatch.cs", "_workers.Clear();", "_ = _workers;")],
            Profile = "rollbacks",
        },
        new("Coordination", "budget-is-never-spent", "rollbacks without a new cut go on for ever")
        {
            Edits = [new("engine/Coordination/RestartBudget.cs", "_charged >= most;", "_charged > most + 1_000_000;")],
            Profile = "hopeless",
        },
        new("Coordination", "budget-is-not-read-from-the-log", "a new coordinator does not count the rollbacks of the one before it")
        {
            Edits = [new("engine/Coordination/JobRecord.cs", "budget.Started(entry);", "_ = entry;")],
            Profile = "hopeless",
        },
        new("Coordination", "failure-is-told-before-it-is-logged", "workers hear of a failure that does not stand in the log yet, and end the epoch")
        {
            Edits = [new("engine/Coordination/Announcer.cs", "Failed = standing.Phase == CoordinatorPhase.Over ? standing.Failed : \"\",", "Failed = standing.Failed,")],
            Profile = "hopeless",
            Seeds = 3_000,
        },
        new("Coordination", "reattached-counts-as-detached", "a worker that has come back on a new stream still counts as away")
        {
            Edits = [new("engine/Coordination/WorkerDirectory.cs", "(named.Stream, named.State, named.HeardMs, named.DetachedMs) = (stream, state, host.NowMs, null);", "(named.Stream, named.State, named.HeardMs) = (stream, state, host.NowMs);")],
            Profile = "resumes",
        },
        new("Coordination", "stops-while-owing", "a stopped job leaves although committed outputs are not paid")
        {
            Edits = [new("engine/Coordination/Coordinator.cs", "if (_job.Debts.Segments == 0)\n            {\n                Over(0", "if (_job.Debts.Segments >= 0)\n            {\n                Over(0")],
            Profile = "changes",
        },
        new("Coordination", "let-go-while-the-epoch-runs", "a worker that is told to stop is let go at once where an earlier change was planned")
        {
            Edits = [new("engine/Coordination/Coordinator.cs", "_membership.EpochBegan();", "")],
            Profile = "changes",
        },
        new("Coordination", "splits-of-another-instance", "an instance begins with the splits that were listed for the one before it")
        {
            Edits = [new("engine/Work/Worker.cs", "_splits.Clear();", "")],
            Profile = "anew",
        },
        new("Coordination", "min-clock-of-another-instance", "a candidate that has read two instances takes the min clock of the first for the second")
        {
            Edits = [new("engine/Coordination/Coordinator.cs", "_standing.BeginMinClockAt(_job.CheckpointClockMs);", "_standing.RaiseMinClockTo(_job.CheckpointClockMs);")],
            Profile = "anew",
            Seeds = 3_000,
        },
        new("Ticks and cuts", "highest-cut-outlives-its-epoch", "a worker still speaks of the cut that an abandoned epoch had open")
        {
            Edits = [new("engine/Work/Worker.cs", "_highestCut = (0, 0);", "")],
            Profile = "takeovers",
        },
        new("Ticks and cuts", "cut-of-a-closed-call", "a cut counts as met although its call was closed with its epoch")
        {
            Edits =
            [
                new("engine/Work/Worker.cs", "if (_run is not { } run || !run.Links.Takes(call))", "if (_run is not { } run)"),
                new(Links, "var link = _inboundByCall[call];", "if (!_inboundByCall.TryGetValue(call, out var link))\n        {\n            return;\n        }\n"),
            ],
            Profile = "takeovers",
            Seeds = 2_000,
        },
        new("Ticks and cuts", "part-from-any-worker", "a task's part counts whatever worker it comes from")
        {
            Edits = [new("engine/Coordination/CutCoordinator.cs", "&& job.Assignment.Workers[(int)candidate.Worker].Process == state.Process)", ")")],
            HiddenBy = "a worker reports tasks of the epoch that it runs, and has made only those that the epoch assigns to its own process",
        },
        new("Ticks and cuts", "lowest-of-those-that-spoke", "a task's watermark is the lowest of the channels that have said one")
        {
            Edits = [new("engine/Work/Tasks/ProcessorTask.cs", "lowest = Math.Min(lowest, receiver.WatermarkMs);", "lowest = receiver.WatermarkMs == 0 ? lowest : Math.Min(lowest, receiver.WatermarkMs);"), new("engine/Work/Tasks/ProcessorTask.cs", "return lowest;", "return lowest == long.MaxValue ? 0 : lowest;")],
            Profile = "mixed",
        },
        new("Log", "kept-is-read-before-the-list", "what is kept is looked up before the objects are listed, and commits come between")
        {
            Edits =
            [
                new(Collector, "var prefix = StoreKeys.Cuts(job, _instance);", "var prefix = StoreKeys.Cuts(job, _instance);\n        var kept = _kept.ToList();"),
                new(Collector, "&& !_kept.Any(manifest", "&& !kept.Any(manifest"),
            ],
            Profile = "collections",
        },
        new("Log", "kept-moves-on-between-the-lists", "objects of manifests that still stand in the log are collected, for more was committed after the log was listed")
        {
            Edits = [new(Collector, "while (_kept.Count > manifestsKept && !_listing)", "while (_kept.Count > manifestsKept)")],
            Profile = "collections",
        },
        new("Log", "objects-although-the-log-stays", "objects are collected although the log could not be listed")
        {
            Edits = [new(Collector, "if (result.Keys is not { } entries)\n            {\n                EndListing();\n                return;\n            }", "var entries = result.Keys ?? [];")],
            Profile = "collections",
        },
        new("Log", "keeps-one-manifest-too-few", "one manifest less is kept than the options say")
        {
            Edits = [new(Collector, "while (_kept.Count > manifestsKept && !_listing)", "while (_kept.Count > Math.Max(1, manifestsKept - 1) && !_listing)")],
        },
        new("Coordination", "paid-meanwhile-is-owed-again", "what is paid while a manifest is written is owed again when that is committed")
        {
            Edits = [new(Debts, "_owed = manifest.Owed.Where(segment => !IsPaid(segment)).ToList();", "_owed = [.. manifest.Owed];")],
            Profile = "publications",
        },
        new("Coordination", "part-pays-one-segment-more", "a marker of a part of a cut pays one segment too many")
        {
            Edits = [new(Debts, "segment.Index < paid.Segments", "segment.Index <= paid.Segments")],
            Profile = "publications",
        },
        new("Channels", "lost-time-is-not-reset", "a peer that was lost once counts as lost since then when its call breaks again")
        {
            Edits = [new(Links, "(link.IsOpen, link.LostAtMs) = (true, long.MaxValue);", "link.IsOpen = true;")],
            Profile = "resumes",
        },
        new("Channels", "lost-time-begins-anew", "each dial that fails begins the time anew after which a peer counts as lost")
        {
            Edits = [new(Links, "link.LostAtMs = end == CallEnd.NotYet ? long.MaxValue : Math.Min(link.LostAtMs, _host.NowMs);", "link.LostAtMs = end == CallEnd.NotYet ? long.MaxValue : _host.NowMs;")],
            Profile = "losses",
        },
        new("Work", "late-entry-builds-its-epoch", "a log entry that is read when its epoch is over builds that epoch's tasks")
        {
            Edits = [new(EpochRun, "Context.Host.Store.Get(key, result =>\n        {\n            if (_over)\n            {\n                return;\n            }\n", "Context.Host.Store.Get(key, result =>\n        {")],
            Profile = "sleepers",
        },
        new("Work", "linger-timer-outlives-its-epoch", "open batches of an epoch that is over are flushed by its timer")
        {
            Edits = [new(EpochRun, "if (!_over && !IsFailing)\n            {\n                foreach", "if (!IsFailing)\n            {\n                foreach")],
            HiddenBy = "the calls of an epoch that is over are closed, and what is sent on a closed call goes nowhere; its destinations take nothing more",
        },
        new("Work", "counters-are-told-again", "a task's counters are not taken out by the cut that tells them")
        {
            Edits = [new("engine/Work/Tasks/RecordProcessor.cs", "_counters.Clear();", "_ = counters;")],
            Profile = "mistakes",
        },
        new("Work", "dead-letter-of-the-last-split", "a dead letter names the split that was read before")
        {
            Edits = [new("engine/Work/Tasks/SourceTask.cs", "_current = split;\n        ReadStatus status;", "ReadStatus status;"), new("engine/Work/Tasks/SourceTask.cs", "Note(split, reader.Trouble ?? \"\");", "_current = split;\n        Note(split, reader.Trouble ?? \"\");")],
            Profile = "mistakes",
        },
        new("Snapshots", "state-of-a-gone-task-is-lost", "un-keyed state of a task that is no more is not given to another one")
        {
            Edits = [new("engine/Work/Restorer.cs", ": item.Task % tasks == task;", ": item.Task == task;")],
            Profile = "changes",
        },
        new("Snapshots", "overlap-off-by-one", "an object of which a task needs the last group only is not restored")
        {
            Edits = [new("sdk/Runtime/KeyGroupRange.cs", "Start < other.End && other.Start < End;", "Start < other.End && other.Start < End - 1;")],
            Profile = "changes",
        },
        new("State", "journal-without-its-group", "of two keys with the same place in two groups the second is not taken back")
        {
            Edits = [new("sdk/State/KeyedTable.cs", "_journal[^1].Group != group || _journal[^1].Entry != _entry", "_journal[^1].Entry != _entry")],
            HiddenBy = "a record has one key, and a keyed state is updated behind an exchange by that key only: one record never touches two entries of a state",
        },
        new("Publishing", "old-instance-publishes", "a publisher goes on after the job was begun anew")
        {
            Edits = [new(Publisher, "is var newest && newest != epoch.Instance)", "is var newest && newest.Length == 0)")],
            HiddenBy = "what it publishes is committed, and is counted by the marker of its own instance; its worker ends it when it hears of the new one",
        },
        new("Publishing", "session-of-a-dead-epoch-stays-open", "a session that is opened when its epoch is over is not closed")
        {
            Edits = [new(Publisher, "if (_over)\n            {\n                _host.CloseSession(session);\n                return;\n            }", "if (_over)\n            {\n                return;\n            }")],
            Profile = "publications",
        },
        new("Publishing", "marker-beyond-the-job-is-taken", "a marker of a cut that the job has not committed is taken as it is")
        {
            Edits = [new(Publisher, "if (marker is { } found && found.Cut > (long)entry.Cut)", "if (marker is { } found && found.Cut > long.MaxValue - (long)entry.Cut)")],
            Profile = "markers",
        },
        new("Publishing", "marker-behind-what-is-paid-is-taken", "a marker behind what was paid is taken as it is")
        {
            Edits = [new(Publisher, "return marker is null || marker.Value.CompareTo(paidMarker) < 0", "return marker is null && paidMarker.CompareTo(marker ?? paidMarker) < 0")],
            Profile = "markers",
        },
    ];
}

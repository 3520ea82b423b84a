namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Ticks and cuts: where a cut stands, that there is one at a time, what of it is awaited before it is committed.</summary>
internal static class CutBugs
{
    private const string Area = "Ticks and cuts";
    private const string Cuts = "engine/Coordination/CutCoordinator.cs";
    private const string Coordinator = "engine/Coordination/Coordinator.cs";
    private const string JobRecord = "engine/Coordination/JobRecord.cs";
    private const string Tracker = "engine/Coordination/OpenCutTracker.cs";
    private const string Processor = "engine/Work/Tasks/ProcessorTask.cs";
    private const string Task = "engine/Work/Tasks/WorkerTask.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "cut-after-its-tick", "a cut is announced at the last tick, not at the coming one")
        {
            Edits = [new(Cuts, "Open = NewOpen(job.Cut + 1, Ticks.LastMs + 1, pause);", "Open = NewOpen(job.Cut + 1, Ticks.LastMs, pause);")],
        },
        new(Area, "second-cut-while-one-is-open", "a cut is opened although one is open")
        {
            Edits = [new(Cuts, "if (Open is not null)\n        {\n            return false;", "if (Open is { IsComplete: true })\n        {\n            return false;")],
        },
        new(Area, "cut-told-once", "the open cut is told when it opens, and not again with every state")
        {
            Edits = [new("engine/Coordination/Announcer.cs", "if (standing.Phase == CoordinatorPhase.Running && cuts.Open is { } open)", "if (standing.Phase == CoordinatorPhase.Running && cuts.Open is { } open && open.OpenedMs == host.NowMs)")],
        },
        new(Area, "ticks-follow-the-wall-clock", "a tick is what the machine's clock says")
        {
            Edits = [new("engine/Coordination/TickClock.cs", "LastMs = Math.Max(LastMs + 1, wallMs);", "LastMs = wallMs;")],
        },
        new(Area, "ticks-below-what-workers-met", "the ticks of a takeover do not start above the clocks that workers have met")
        {
            Edits = [new(Cuts, "Ticks.RaiseTo(state.HighestClockMs);", "Ticks.RaiseTo(job.CheckpointClockMs);")],
            Profile = "takeovers",
        },
        new(Area, "ticks-below-the-mirror", "the ticks of a new coordinator do not start above the min clock in Redis")
        {
            Edits = [new(Cuts, "Ticks.RaiseTo(reading.MinClockMs);", "Ticks.RaiseTo(job.CheckpointClockMs);")],
            Profile = "blackouts",
        },
        new(Area, "takeover-forgets-the-open-cut", "a takeover opens a new cut where one is open")
        {
            Edits = [new(Cuts, "Open = met is null ? null : NewOpen(", "Open = met is null || met.Epoch > 0 ? null : NewOpen(")],
            Profile = "takeovers",
        },
        new(Area, "takeover-adopts-an-old-cut", "the cut that an abandoned epoch had open is taken for this one's")
        {
            Edits =
            [
                new(Cuts, "states.Find(state => job.Assigns(state) && (long)state.Epoch == job.Epoch && (long)state.HighestCut == job.Cut + 1);", "states.Find(state => (long)state.HighestCut == job.Cut + 1);"),
                new("engine/Work/Worker.cs", "_highestCut = (0, 0);", ""),
            ],
            Profile = "takeovers",
        },
        new(Area, "checkpoint-clock-before-the-manifest", "the checkpoint clock moves when the cut is opened")
        {
            Edits =
            [
                new(JobRecord, "public long CheckpointClockMs => Manifest?.ClockMs ?? 0;", "public long EarlyMs { get; set; }\n\n    public long CheckpointClockMs => Math.Max(EarlyMs, Manifest?.ClockMs ?? 0);"),
                new(Cuts, "Open = NewOpen(job.Cut + 1, Ticks.LastMs + 1, pause);", "Open = NewOpen(job.Cut + 1, Ticks.LastMs + 1, pause);\n        job.EarlyMs = Open.ClockMs;"),
            ],
        },
        new(Area, "commit-without-the-last-part", "a cut is committed when all but one task have stored their part")
        {
            Edits =
            [
                new(Tracker, "public bool IsComplete => Array.TrueForAll(_parts, part => part is not null);", "public bool IsComplete => _parts.Count(part => part is null) <= 1;"),
                new(Tracker, "_parts.Select(part => part!);", "_parts.Where(part => part is not null).Select(part => part!);"),
                new(Coordinator, "if (open.Audit() is { } difference)", "if (open.IsComplete && open.Cut < 0 && open.Audit() is { } difference)"),
            ],
        },
        new(Area, "part-of-another-cut", "a task's part counts whatever cut it is of")
        {
            Edits = [new(Tracker, "if (report.Part is { } part && (long)part.Cut == cut)", "if (report.Part is { } part)")],
        },
        new(Area, "not-aligned", "a task takes records from behind the cut of one channel before it has come on all")
        {
            Edits = [new(Processor, "receiver.IsAligned = true;", "receiver.IsAligned = false;")],
        },
        new(Area, "stateless-not-aligned", "a task without state does not align")
        {
            Edits = [new(Processor, "receiver.IsAligned = true;", "receiver.IsAligned = Processor.Chain.States.Count > 0;")],
        },
        new(Area, "cut-passed-on-late", "a task puts the cut into its channels after records from behind it")
        {
            Edits =
            [
                new(Processor, "receiver.IsAligned = true;\n        if (++_aligned < inputs.Count)", "receiver.IsAligned = inputs.Count > 1 && _aligned + 2 < inputs.Count;\n        if (++_aligned < inputs.Count)"),
            ],
        },
        new(Area, "source-cuts-late", "a source puts the cut behind the tick's first records")
        {
            Edits =
            [
                new("engine/Work/Tasks/SourceTask.cs", "tickMs >= open.ClockMs)", "_tick >= open.ClockMs)"),
            ],
        },
        new(Area, "positions-not-noted", "a source's part of a cut has no positions")
        {
            Edits = [new("engine/Work/Tasks/SourceTask.cs", "Cut((long)open.Cut, open.ClockMs, AddPositions);", "Cut((long)open.Cut, open.ClockMs, static _ => { });")],
            Profile = "rollbacks",
        },
        new(Area, "buffered-outputs-miss-the-cut", "what an output's encoder holds is not flushed in front of the cut")
        {
            Edits = [new(Task, "output.Flush();\n            output.Destination.OnCut(builder);", "output.Destination.OnCut(builder);\n            output.Flush();")],
            Profile = "rollbacks",
        },
        new(Area, "cuts-wait-for-the-backlog", "a source hears no tick, and cuts nothing, while its channels are blocked")
        {
            Edits = [new("engine/Work/Tasks/SourceTask.cs", "if (open is not null && (long)open.Cut == NextCut", "if (!MayTakeRecord)\n        {\n            return;\n        }\n\n        if (open is not null && (long)open.Cut == NextCut")],
            Profile = "backlog",
        },
        new(Area, "ended-source-takes-no-part", "a source whose splits have all ended cuts no more")
        {
            Edits = [new("engine/Work/Tasks/SourceTask.cs", "if (open is not null && (long)open.Cut == NextCut", "if (!HasEnded && open is not null && (long)open.Cut == NextCut")],
        },
    ];
}

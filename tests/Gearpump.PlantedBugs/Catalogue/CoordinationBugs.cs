namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Epochs, terms, takeovers, members: who is listened to, and when the next thing may happen.</summary>
internal static class CoordinationBugs
{
    private const string Area = "Coordination";
    private const string Coordinator = "engine/Coordination/Coordinator.cs";
    private const string JobRecord = "engine/Coordination/JobRecord.cs";
    private const string Directory = "engine/Coordination/WorkerDirectory.cs";
    private const string Worker = "engine/Work/Worker.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "reports-of-old-epochs", "what a worker of an older epoch reports counts")
        {
            Edits = [new(Coordinator, "if ((long)state.Epoch != _job.Epoch || _job.Epoch == 0)", "if (_job.Epoch == 0)")],
            Profile = "rollbacks",
        },
        new(Area, "obeys-an-older-term", "a worker obeys a coordinator of a lower term than it has seen")
        {
            Edits = [new(Worker, "if ((long)state.Term < _term)", "if ((long)state.Term < 0)")],
            Profile = "takeovers",
        },
        new(Area, "takeover-of-another-process", "a process of the same name counts as the one that the epoch names")
        {
            Edits = [new(Directory, "_byName.TryGetValue(worker.Name, out var session) && session.State.Process == worker.Process ? session : null;", "_byName.TryGetValue(worker.Name, out var session) ? session : null;")],
            Profile = "rollbacks",
        },
        new(Area, "first-ready-runs-all", "an epoch runs when the first worker is ready")
        {
            Edits = [new(Coordinator, "if (_job.Assignment!.Workers.All(IsReady))", "if (_job.Assignment!.Workers.Any(IsReady))")],
            Profile = "rollbacks",
        },
        new(Area, "silence-is-not-noticed", "a worker that is silent does not count as lost")
        {
            Edits =
            [
                new(Directory, "return host.NowMs - session.HeardMs >= options.SilenceMs", "return host.NowMs - session.HeardMs >= 1_000_000_000"),
            ],
            Profile = "rollbacks",
        },
        new(Area, "closed-stream-is-not-noticed", "a worker whose stream has closed does not count as lost")
        {
            Edits = [new(Directory, "if (session.DetachedMs is { } detached && host.NowMs - detached >= options.ReattachMs)", "if (session.DetachedMs is { } detached && host.NowMs - detached >= 1_000_000_000)")],
            Profile = "rollbacks",
        },
        new(Area, "candidates-keep-their-workers", "two candidates wait for ever, each for a role that the other one has")
        {
            Edits = [new(Coordinator, "if (_job.IsCreated || !_membership.LacksRole)", "if (_job.IsCreated || _membership.LacksRole)")],
            Profile = "rivals",
            Seeds = 600,
        },
        new(Area, "ended-while-owing", "the job ends although committed outputs are not paid")
        {
            Edits = [new(Coordinator, "if (_cuts.Open is null && _job.AllSplitsEnded && _job.Debts.Segments == 0)", "if (_cuts.Open is null && _job.AllSplitsEnded)")],
        },
        new(Area, "ended-with-the-first-split", "the job ends when one of its splits has ended")
        {
            Edits = [new(JobRecord, "manifest.Positions.All(position => position.Ended);", "manifest.Positions.Any(position => position.Ended);")],
        },
        new(Area, "debts-of-the-last-cut-only", "a manifest carries its own segments and not those that are still unpaid")
        {
            Edits = [new("engine/Coordination/Debts.cs", "return _owed.Concat(added);", "return added;")],
        },
        new(Area, "min-clock-falls", "the min clock is the lowest report of the moment, and falls with it")
        {
            Edits = [new(Coordinator, "_minClock = Math.Max(_minClock, clockMs);", "_minClock = clockMs;")],
        },
        new(Area, "unreported-task-holds-nothing-back", "a task that has not reported yet does not count for the min clock")
        {
            Edits = [new(JobRecord, "var clock = report?.ClockMs ?? CheckpointClockMs;", "var clock = report?.ClockMs ?? long.MaxValue;")],
            Profile = "rollbacks",
        },
        new(Area, "stream-counts-from-any-process", "a stopped process that was replaced pushes out its successor")
        {
            Edits = [new(Directory, "if (named.IsAttached && OrderOf(state.Process) < OrderOf(named.State.Process))", "if (named.IsAttached && OrderOf(state.Process) < 0)")],
            Profile = "rollbacks",
        },
    ];
}

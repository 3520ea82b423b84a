namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Epochs, terms, takeovers, members: who is listened to, and when the next thing may happen.</summary>
internal static class CoordinationBugs
{
    private const string Area = "Coordination";
    private const string Coordinator = "engine/Coordination/Coordinator.cs";
    private const string JobRecord = "engine/Coordination/JobRecord.cs";
    private const string Directory = "engine/Coordination/WorkerDirectory.cs";
    private const string Worker = "engine/Work/Worker.cs";

    private static readonly SourceEdit FirstReadyRunsAll = new(Coordinator, "if (_job.Assignment!.Workers.All(IsReady))", "if (_job.Assignment!.Workers.Any(IsReady))");
    private static readonly SourceEdit Unreported = new(JobRecord, "var clock = report?.ClockMs ?? CheckpointClockMs;", "var clock = report?.ClockMs ?? long.MaxValue;");
    private static readonly SourceEdit SilenceUnnoticed = new(Directory, "return host.NowMs - session.HeardMs >= options.SilenceMs", "return host.NowMs - session.HeardMs >= 1_000_000_000");
    private static readonly SourceEdit CloseUnnoticed = new(Directory, "if (IsAway(session))", "if (IsAway(session) && host.NowMs < 0)");

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "asks-of-old-epochs", "a rollback that was asked for in an older epoch is granted in the newest")
        {
            Edits =
            [
                new(Coordinator, "if ((long)state.Epoch != _job.Epoch || _job.Epoch == 0)", "if (_job.Epoch == 0)"),
                new(Coordinator, "if (state.Ask is { } ask && (long)ask.Epoch == _job.Epoch && _standing.Phase", "if (state.Ask is { } ask && _standing.Phase"),
            ],
            Profile = "rollbacks",
        },
        new(Area, "obeys-an-older-term", "a worker obeys a coordinator of a lower term than it has seen")
        {
            Edits = [new(Worker, "return (long)state.Term < _term ?", "return (long)state.Term < 0 ?")],
            Profile = "takeovers",
        },
        new(Area, "stuck-restoring-is-not-noticed", "a worker that is never ready holds the epoch for ever")
        {
            Edits = [new("engine/Coordination/RestoreWatch.cs", "nowMs - last.AtMs < stallMs", "nowMs - last.AtMs < 1_000_000_000")],
            Profile = "hangs",
        },
        new(Area, "plan-is-forgotten", "what a worker has said of its plan is forgotten with its next state")
        {
            Edits = [new(Directory, "state.Plan ??= known.State.Plan;", "")],
            Profile = "rivals",
        },
        new(Area, "takeover-of-another-process", "a process of the same name counts as the one that the epoch names")
        {
            Edits = [new(Directory, "_byName.TryGetValue(worker.Name, out var session) && session.State.Process == worker.Process ? session : null;", "_byName.TryGetValue(worker.Name, out var session) ? session : null;")],
            Profile = "rollbacks",
        },
        new(Area, "first-ready-runs-all", "an epoch runs when the first worker is ready")
        {
            Edits = [FirstReadyRunsAll],
            HiddenBy = "a worker takes nothing before it has restored and runs itself; see runs-before-it-is-restored",
        },
        new(Area, "runs-before-it-is-restored", "a worker takes records while it still restores, and the others do not wait for it")
        {
            Edits = [FirstReadyRunsAll, new("engine/Work/EpochRun.cs", "if (Phase != WorkerPhase.Running || IsFailing)", "if (Phase == WorkerPhase.Idle || IsFailing)")],
            Profile = "rollbacks",
        },
        new(Area, "silence-is-not-noticed", "a worker that is silent does not count as lost")
        {
            Edits = [SilenceUnnoticed],
            Profile = "losses",
        },
        new(Area, "closed-stream-is-not-noticed", "a worker whose stream has closed does not count as lost")
        {
            Edits = [CloseUnnoticed],
            Profile = "losses",
        },
        new(Area, "lost-worker-is-not-noticed", "neither silence nor a closed stream is noticed")
        {
            Edits = [SilenceUnnoticed, CloseUnnoticed],
            Profile = "losses",
        },
        new(Area, "candidates-keep-their-workers", "two candidates wait for ever, each for a role that the other one has")
        {
            Edits = [new("engine/Coordination/Admission.cs", "if (job.IsCreated || !membership.LacksRole)", "if (job.IsCreated || membership.LacksRole)")],
            Profile = "rivals",
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
            Edits = [new("engine/Coordination/Standing.cs", "MinClockMs = Math.Max(MinClockMs, clockMs);", "MinClockMs = clockMs;")],
        },
        new(Area, "unreported-task-holds-nothing-back", "a task that has not reported yet does not count for the min clock")
        {
            Edits = [Unreported],
            HiddenBy = "an epoch runs when all its tasks have reported, and what is sent to a task holds back the clock of its sender until it is acknowledged",
        },
        new(Area, "pause-of-an-abandoned-epoch", "a cut that is committed while its epoch is given up still begins the change for which its sources paused")
        {
            Edits = [new(Coordinator, "PausedCutCommitted(paused && open.Pause && _standing.Phase == CoordinatorPhase.Running,", "PausedCutCommitted(paused,")],
            Profile = "changes",
            Seeds = 2_000,
        },
        new(Area, "sleeper-pushes-out-its-successor", "a coordinator that knows neither takes one that has slept through epochs for the newer process")
        {
            Edits = [new(Directory, " || (!job.Assigns(state) && (job.Term == 0 || (long)state.Term <= job.Term) && BeganBefore(state, other, job.Instance));", ";")],
            Profile = "takeovers",
            Seeds = 2_000,
        },
        new(Area, "sleeper-in-the-newest-epoch", "one that took in the newest epoch when it woke up is no older to a new coordinator than its successor")
        {
            Edits = [new("engine/Work/Worker.cs", "FirstEpoch = (ulong)FirstEpoch,", "FirstEpoch = (ulong)(_run is { IsBuilt: true } run ? run.Identity.Epoch : 0),")],
            Profile = "takeovers",
            Seeds = 2_000,
        },
        new(Area, "sleeper-comes-while-its-successor-dials", "a stopped process that was replaced takes its name back in a moment in which its successor's stream is broken")
        {
            Edits = [new(Directory, "if (!IsAway(named) && named.State.Process != state.Process", "if (named.IsAttached && named.State.Process != state.Process")],
            Profile = "successors",
            Seeds = 2_000,
        },
        new(Area, "stream-counts-from-any-process", "a stopped process that was replaced pushes out its successor")
        {
            Edits = [new(Directory, "if (!IsAway(named) && named.State.Process != state.Process && IsOlder(state, named.State, job))", "if (named.IsAttached && OrderOf(state.Process) < 0)")],
            Profile = "rollbacks",
        },
        new(Area, "no-back-off", "rollbacks follow each other at once")
        {
            Edits = [new("engine/Coordination/RestartBudget.cs", "_epochs <= 1 ? 0 : Math.Min(DelayMostMs, FirstDelayMs << Math.Min(_epochs - 2, 7));", "_epochs < 0 ? DelayMostMs : FirstDelayMs - FirstDelayMs;")],
            Profile = "direct",
        },
        new(Area, "takeover-waits-for-ever", "a new coordinator waits for the newest epoch's processes, whatever has become of them")
        {
            Edits = [new(Coordinator, "_host.NowMs - _standing.PhaseSinceMs >= _options.TakeoverGraceMs)", "_host.NowMs - _standing.PhaseSinceMs >= 1_000_000_000)")],
            Profile = "losses",
        },
        new(Area, "manifest-without-assignment", "a manifest does not repeat the assignment, whose own entry is collected")
        {
            Edits = [new(JobRecord, "Plan = Plan, Assignment = Assignment }", "Plan = Plan }")],
            Profile = "takeovers",
        },
        new(Area, "commit-leaves-the-min-clock", "a commit does not raise the min clock to the checkpoint clock")
        {
            Edits = [new(Coordinator, "_recovery.Budget.Reset();\n        _standing.RaiseMinClockTo(_job.CheckpointClockMs);", "_recovery.Budget.Reset();")],
        },
        new(Area, "terms-across-instances", "a worker compares terms of two instances of the job")
        {
            Edits = [new("engine/Work/Worker.cs", "if (number > _instanceNumber)", "if (number < 0)")],
            Profile = "anew",
        },
        new(Area, "pause-is-not-withdrawn", "sources pause for a cut for as long as it takes")
        {
            Edits = [new("engine/Coordination/CutCoordinator.cs", "open.Pause = false;", "")],
            Profile = "waits",
            Seeds = 2_000,
        },
        new(Area, "successor-not-looked-for", "a coordinator does not look whether another one has written behind its last entry")
        {
            Edits = [new("engine/Log/JobLog.cs", "answer(!_appending && last == _last && result.Keys is { Count: > 0 }))", "answer(last < -2 && result.Keys is { Count: > 0 }))")],
            Profile = "takeovers",
            Seeds = 2_000,
        },
        new(Area, "push-back-never-told", "a coordinator does not tell the sources to pause, however much is owed")
        {
            Edits = [new("engine/Coordination/Announcer.cs", "job.Debts.Bytes > options.OwedBytesMax || membership.PausesSources", "membership.PausesSources")],
            Profile = "publications",
        },
        new(Area, "pause-ends-with-the-commit", "the commit is told before it is known that sources go on pausing behind it")
        {
            Edits =
            [
                new(
                    Coordinator,
                    "_membership.PausedCutCommitted(paused && open.Pause && _standing.Phase == CoordinatorPhase.Running, _standing.IsStopping);\n                Committed();",
                    "Committed();\n                _membership.PausedCutCommitted(paused && open.Pause && _standing.Phase == CoordinatorPhase.Running, _standing.IsStopping);"),
            ],
            Profile = "changes",
        },
        new(Area, "trouble-outside-is-charged", "rollbacks for an output that is away count like those for bugs, until the job has failed")
        {
            Edits =
            [
                new("engine/Coordination/RestartBudget.cs", "_charged = epoch.Outside ? 0 : _charged + 1;", "_charged++;"),
                new("engine/Coordination/Recovery.cs", "Budget.IsSpent && !HasFreshBudget && !membership.IsForOutside", "Budget.IsSpent && !HasFreshBudget"),
            ],
            Profile = "refusals",
        },
        new(Area, "own-absence-counts-as-silence", "a coordinator that was stopped takes the time for the silence of others")
        {
            Edits = [new(Coordinator, "_workers.Excuse(lateMs);", "")],
            Profile = "zombies",
        },
        new(Area, "silence-too-soon", "a worker counts as lost after half the time of silence")
        {
            Edits = [new(Directory, "return host.NowMs - session.HeardMs >= options.SilenceMs", "return host.NowMs - session.HeardMs >= options.SilenceMs / 2")],
            Profile = "losses",
        },
        new(Area, "no-time-to-dial-again", "a worker counts as lost as soon as its stream has closed")
        {
            Edits = [new(Directory, "&& host.NowMs - detached >= options.ReattachMs;", "&& host.NowMs - detached >= 0;")],
            Profile = "resumes",
        },
        new(Area, "ended-job-is-taken-over", "a coordinator that is started for an ended job writes its term")
        {
            Edits = [new(Coordinator, "            if (_job.Ended)\n            {\n                Over(0,", "            if (_job.Ended && _job.Term == 0)\n            {\n                Over(0,")],
            Profile = "takeovers",
        },
        new(Area, "candidates-let-go-in-step", "two candidates that wait for each other's workers let them go at the same time, again and again")
        {
            Edits = [new("engine/Coordination/Admission.cs", "(long)(host.NextRandom() % (ulong)(options.CandidateMs + 1));", "(long)(host.NextRandom() % 1);")],
            HiddenBy = "no two candidates begin to wait in the same moment",
        },
        new(Area, "mirrors-nothing", "the clock mirror is not written")
        {
            Edits = [new("engine/Coordination/Announcer.cs", "if (job.Epoch > 0)\n        {\n            host.MirrorClocks", "if (job.Epoch < 0)\n        {\n            host.MirrorClocks")],
            Profile = "calm",
        },
        new(Area, "adopts-an-idle-worker-s-cut", "a takeover goes on with a cut of which only a worker without a part has heard")
        {
            Edits = [new("engine/Coordination/CutCoordinator.cs", "states.Find(state => job.Assigns(state) && (long)state.Epoch", "states.Find(state => (long)state.Epoch")],
            FirstSeed = 421_253,
        },
        new(Area, "stops-in-another-s-term", "a candidate that is stopped while it reads the log sends the workers away, in the term that it has read of")
        {
            Edits = [new(Coordinator, "_standing.IsMute = _standing.Phase == CoordinatorPhase.Loading && _job.Term > 0;", "_standing.IsMute |= _job.Term < 0;")],
            Profile = "stops",
            FirstSeed = 2_400,
            Seeds = 4_000,
        },
        new(Area, "stop-without-a-bound", "a stop waits for its last cut for as long as that takes")
        {
            Edits = [new("engine/Coordination/Departure.cs", "_stopAtMs = host.NowMs + options.StopMs;", "_stopAtMs = host.NowMs + 1_000 * options.StopMs;")],
            Profile = "stops",
            Seeds = 4_000,
        },
        new(Area, "idle-worker-counts-as-lost", "an epoch names workers for which there is nothing to do, and ends when one of them dies")
        {
            Edits = [new("engine/Coordination/Assigner.cs", "LeaveOutIdle(assignment);", "")],
            Profile = "changes",
        },
    ];
}

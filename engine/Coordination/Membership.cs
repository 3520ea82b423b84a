using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Which workers the next epoch runs on, when there are enough of them, and when the change is planned and not a rollback.</summary>
internal sealed class Membership(CoordinatorOptions options, ICoordinatorHost host, WorkerDirectory workers, JobRecord job)
{
    private const long FirstStartMostMs = 30_000;
    private long _wantedSinceMs;
    private long _notBeforeMs;
    private bool _changeCommitted;
    private bool _changeTaken;
    private bool _askedForSplits;

    /// <summary>Why an epoch is wanted.</summary>
    public string Cause { get; private set; } = "";

    public bool IsPlanned { get; private set; }

    /// <summary>It is wanted for trouble outside.</summary>
    public bool IsForOutside { get; private set; }

    /// <summary>What the next epoch waits for, for people.</summary>
    public string WaitingFor { get; private set; } = "";

    /// <summary>No worker is there for one of the plan's roles.</summary>
    public bool LacksRole { get; private set; }

    /// <summary>A change is committed and its epoch has not begun: sources read nothing.</summary>
    public bool PausesSources => _changeCommitted || StoppedBehindCut;

    /// <summary>The cut of a stop is committed.</summary>
    public bool StoppedBehindCut { get; private set; }

    /// <summary>An epoch is wanted. <paramref name="lostSinceMs"/>: since when a worker has been away for whose replacement it waits; default now.</summary>
    public void Want(string cause, bool planned, long notBeforeMs, long? lostSinceMs = null, bool outside = false)
    {
        IsForOutside = outside;
        (Cause, IsPlanned, _wantedSinceMs, _notBeforeMs) = (cause, planned, lostSinceMs ?? host.NowMs, notBeforeMs);
        _changeCommitted = false;
        _changeTaken = planned;
        _askedForSplits = false;
    }

    /// <summary>So much of the wait for a replacement was this coordinator's own absence.</summary>
    public void Excuse(long ms) => _wantedSinceMs = Math.Min(host.NowMs, _wantedSinceMs + ms);

    /// <summary>The epoch that was wanted is in the log: who is told to stop from now on waits for the next change.</summary>
    public void EpochBegan() => _changeTaken = false;

    /// <summary>The plan that the attached workers bring; null where there is none. Who brings another one than the job's is refused.</summary>
    public Plan? Plan()
    {
        Plan? plan = null;
        foreach (var session in workers.Attached.OrderBy(session => session.Name, StringComparer.Ordinal).ToList())
        {
            if (session.State.Plan is not { } theirs)
            {
                continue;
            }

            if (PlanComparison.Refusal(job.Plan ?? plan ?? theirs, theirs) is { } refusal)
            {
                host.Close(session.Stream, refusal, forGood: true);
                workers.Detached(session.Stream);
            }
            else
            {
                plan ??= theirs;
            }
        }

        return plan;
    }

    /// <summary>Whether the epoch can begin now.</summary>
    public bool IsComplete(Plan plan)
    {
        var live = workers.Live();
        var missing = Assigner.RolesOf(plan).FirstOrDefault(role => !live.Exists(session => session.State.Role == role));
        LacksRole = missing != Role.Unspecified;
        if (LacksRole)
        {
            WaitingFor = $"a {missing.ToString().ToLowerInvariant()} worker";
            return false;
        }

        WaitingFor = "more workers, or their replacements";
        if (host.NowMs < _notBeforeMs)
        {
            WaitingFor = "the back-off between rollbacks";
            return false;
        }

        if (IsPlanned || (HasExpected(live) ?? HasAsManyAsBefore(live)))
        {
            return true;
        }

        return job.Epoch > 0
            ? host.NowMs - _wantedSinceMs >= options.ReplacementMs
            : host.NowMs - (options.Sources + options.Processors > 0 ? _wantedSinceMs : workers.LastChangeMs)
                >= (options.Sources + options.Processors > 0 ? FirstStartMostMs : options.SettleMs);
    }

    /// <summary>The workers of the next epoch.</summary>
    public IEnumerable<WorkerState> Choose() => workers.Live().Select(session => session.State);

    /// <summary>As many workers as were announced are here, and none of the assignment's is among them.</summary>
    public bool ExpectedAreHereWithout(Assignment assignment) =>
        HasExpected(workers.Live()) == true && !assignment.Workers.Any(worker => workers.Find(worker) is { IsAttached: true });

    /// <summary>Asks one worker for the splits of each source stage, once. True: ask now. Positions are null until all have answered.</summary>
    public bool AskForSplits(Plan plan, out List<SplitPosition>? positions, out string? error)
    {
        (positions, error) = (null, null);
        var found = new List<SplitPosition>();
        foreach (var stage in plan.Stages.Where(stage => stage.Role == Role.Source))
        {
            // A worker may still speak of another instance, and of the splits of that one.
            var answer = workers.Attached.Where(session => session.State.Instance == job.Instance)
                .SelectMany(session => session.State.Splits).FirstOrDefault(splits => splits.Stage == stage.Name);
            if (answer is null)
            {
                var first = !_askedForSplits;
                _askedForSplits = true;
                return first;
            }

            error ??= answer.Error.Length > 0 ? answer.Error : null;
            found.AddRange(answer.Splits.Select(split => new SplitPosition { Stage = stage.Name, Split = split, Position = split.Start }));
        }

        positions = error is null ? found : null;
        return false;
    }

    /// <summary>The source stages whose splits a worker is asked for.</summary>
    public IEnumerable<string> SplitsAskedOf(WorkerSession session)
    {
        var asked = job.Manifest is null && _askedForSplits
            ? workers.Live().Where(candidate => candidate.State.Role == Role.Source).MinBy(candidate => candidate.Name, StringComparer.Ordinal)
            : null;
        return asked == session
            ? session.State.Plan?.Stages.Where(stage => stage.Role == Role.Source).Select(stage => stage.Name) ?? []
            : [];
    }

    /// <summary>A cut is wanted behind which sources pause: for a stop, a worker that leaves, or one that has come.</summary>
    public bool WantsPause(bool stopping) =>
        (stopping && !StoppedBehindCut) || (!_changeCommitted && !stopping && ChangeCause() is not null);

    /// <summary>A cut was committed; <paramref name="paused"/>: the pause behind it still stands, and its epoch goes on.</summary>
    public void PausedCutCommitted(bool paused, bool stopping)
    {
        StoppedBehindCut |= paused && stopping;
        _changeCommitted |= paused && !stopping;
    }

    /// <summary>A committed change: its epoch is wanted now. Null: none.</summary>
    public string? TakeChange()
    {
        if (!_changeCommitted)
        {
            return null;
        }

        var cause = ChangeCause() ?? "planned change";
        Want(cause, planned: true, host.NowMs);
        return cause;
    }

    /// <summary>A worker that was told to stop has nothing left to do here.</summary>
    public bool MayLeave(WorkerSession session) => session.State.Leaving && (!job.Assigns(session.State) || _changeTaken);

    private string? ChangeCause()
    {
        if (job.Assignment is null || job.Plan is null)
        {
            return null;
        }

        if (workers.Attached.FirstOrDefault(session => session.State.Leaving && job.Assigns(session.State)) is { } leaving)
        {
            return $"planned: {leaving.Name} leaves";
        }

        if (!job.Assignment.Workers.All(worker => workers.Find(worker) is { IsAttached: true }))
        {
            // One of them dials again, or is not given up yet: whether a change is worth it is seen later.
            return null;
        }

        var idle = workers.Live().Find(session => !job.Assigns(session.State) && host.NowMs - session.JoinedMs >= options.SettleMs && WouldWork(session));
        return idle is null ? null : $"planned: {idle.Name} has come";
    }

    // Taking its place from another one would be no gain.
    private bool WouldWork(WorkerSession session)
    {
        var live = workers.Live();
        if (!Assigner.RolesOf(job.Plan!).All(role => live.Exists(candidate => candidate.State.Role == role)))
        {
            // Another worker is silent, and not given up yet.
            return false;
        }

        var trial = Assigner.Assign(job.Plan!, Choose(), job.Manifest!.Positions);
        return trial.Workers.Count > job.Assignment!.Workers.Count && trial.Workers.Any(worker => worker.Process == session.State.Process);
    }

    private bool? HasExpected(List<WorkerSession> live) => options.Sources + options.Processors == 0
        ? null
        : Count(live, Role.Source) >= options.Sources && Count(live, Role.Processor) >= options.Processors;

    private bool HasAsManyAsBefore(List<WorkerSession> live) => job.Epoch > 0 && job.Assignment is { } before
        && new[] { Role.Source, Role.Processor }.All(role => Count(live, role) >= before.Workers.Count(worker => worker.Role == role));

    private static int Count(List<WorkerSession> live, Role role) => live.Count(session => session.State.Role == role);
}

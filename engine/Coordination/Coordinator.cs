using System.Globalization;
using Gearpump.Engine.Log;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>
/// The coordinator of one job: the decisions, without any I/O. Stepped on one loop by its host. Every event changes what is
/// known; <see cref="Evaluate"/> then does the next thing that follows from it, so that no message has to come at a certain
/// time, or only once.
/// </summary>
public sealed class Coordinator
{
    private readonly CoordinatorOptions _options;
    private readonly ICoordinatorHost _host;
    private readonly Timers _timers;
    private readonly JobLog _log;
    private readonly WorkerDirectory _workers;
    private readonly JobRecord _job;
    private readonly RestartBudget _budget;
    private readonly CutCoordinator _cuts;
    private readonly Membership _membership;
    private readonly RestoreWatch _restoring;
    private readonly Standing _standing;
    private readonly Announcer _announcer;
    private ClockReading? _mirrored;
    private string _overBecause = "";
    private bool _appending;
    private bool _leave;
    private bool _freshBudget;
    private bool _anybodyCame;
    private long _stopAtMs = long.MaxValue;
    private long? _letGoAtMs;
    private long _beatAtMs = long.MaxValue;
    private long _nextBroadcastMs;
    private long _nextLogCheckMs;

    public Coordinator(CoordinatorOptions options, ICoordinatorHost host)
    {
        _options = options;
        _host = host;
        _timers = new Timers(host);
        _log = new JobLog(options.Job, options.Writer, options.ManifestsKept, host, host.Store, _timers);
        _workers = new WorkerDirectory(options, host);
        _job = new JobRecord(options, host);
        _budget = new RestartBudget(options.RestartBudget);
        _cuts = new CutCoordinator(options, host, _job);
        _membership = new Membership(options, host, _workers, _job);
        _restoring = new RestoreWatch(options.RestoreStallMs);
        _standing = new Standing(host);
        _announcer = new Announcer(options, host, _standing, _job, _workers, _cuts, _membership, _log);
    }

    /// <summary>Begins: reads the log. Call once.</summary>
    public void Start()
    {
        _host.ReadMirror(reading => _mirrored = reading);
        Load(_options.Fresh);
        Beat();
    }

    /// <summary>A worker's control stream has opened; its first message follows.</summary>
    public void OnAttached(long stream) => _host.Log(MachineLogLevel.Debug, $"control stream {stream} opened");

    public void OnWorkerState(long stream, WorkerState state)
    {
        if (Refusal(state) is { } refusal)
        {
            _host.Log(MachineLogLevel.Warning, $"refused {state.Worker}: {refusal}");
            _host.Close(stream, refusal, forGood: true);
            if (_standing.Phase == CoordinatorPhase.Over && _job.Ended)
            {
                // It came for a job that has ended, with another plan: that it has ended is not its answer.
                (_standing.ExitCode, _overBecause) = (ExitCodes.Configuration, refusal);
            }

            return;
        }

        _anybodyCame = true;
        var isNew = !_workers.Attached.Any(session => session.Stream == stream);
        if (_workers.Heard(stream, state, _job) is not { } session)
        {
            return;
        }

        if (isNew)
        {
            _host.Log(MachineLogLevel.Information, $"{state.Worker} registered (process {state.Process}, {state.Address})");
            _announcer.Send(session);
        }

        Absorb(state);
        Evaluate();
    }

    public void OnDetached(long stream)
    {
        _workers.Detached(stream);
        Evaluate();
    }

    /// <summary>Time has come to <c>WakeAt</c>.</summary>
    public void Advance() => _timers.Advance();

    /// <summary>A user's stop: a cut behind which the sources pause, then everybody leaves.</summary>
    public void Stop()
    {
        if (!_standing.IsStopping)
        {
            _standing.IsStopping = true;
            _stopAtMs = _host.NowMs + _options.StopMs;
            _host.Log(MachineLogLevel.Information, "stopping behind a cut");
            Evaluate();
        }
    }

    /// <summary>How the job stands, for people, dashboards and tests.</summary>
    public JobStatus Status() => _announcer.Status();

    private void Load(bool fresh)
    {
        _standing.Enter(CoordinatorPhase.Loading);
        var newInstance = _host.NextRandom().ToString("x16", CultureInfo.InvariantCulture);
        _log.Load(fresh, newInstance, contents =>
        {
            if (_standing.Phase == CoordinatorPhase.Over)
            {
                return;
            }

            _job.Load(contents, _budget);
            _standing.Rollbacks = Math.Max(0, _job.Epoch - 1);
            _standing.BeginMinClockAt(_job.CheckpointClockMs);
            foreach (var session in _workers.Attached.ToList())
            {
                if (Refusal(session.State) is { } refusal)
                {
                    _host.Close(session.Stream, refusal, forGood: true);
                    _workers.Detached(session.Stream);
                }
                else
                {
                    // Who registered before the log was read has said these things already, and may not say them again.
                    Learn(session.State);
                }
            }

            if (!_job.IsCreated)
            {
                // Nothing to take over and nobody to fence: the term is written behind `created`, which needs the plan.
                Gather("created");
                Evaluate();
                return;
            }

            // Where nothing is decided any more nothing is written: such a coordinator may be started again and again.
            if (_job.Ended)
            {
                Over(0, "the job has ended");
                return;
            }

            if (_job.FailedReason.Length > 0 && !_options.ResumeFailed)
            {
                _standing.Failed = _job.FailedReason;
                Over(1, _standing.Failed);
                return;
            }

            TakeTerm(AfterTerm);
        }, damaged =>
        {
            if (_standing.Phase != CoordinatorPhase.Over)
            {
                Over(1, damaged);
            }
        });
    }

    // A candidate that finds its index taken reads again and tries again.
    private void TakeTerm(Action taken) => Append(_job.NextTerm(_options.Address), _ => taken(), _ => Load(false));

    private void AfterTerm()
    {
        if (_job.Epoch == 0)
        {
            Gather("created");
        }
        else if (_job.FailedReason.Length > 0)
        {
            _freshBudget = true;
            Gather("started again by an operator");
        }
        else
        {
            _standing.Enter(CoordinatorPhase.TakingOver);
        }

        Evaluate();
    }

    private string? Refusal(WorkerState state)
    {
        if (state.Protocol != ProtocolVersion.Current)
        {
            return $"protocol version {state.Protocol}, the coordinator speaks {ProtocolVersion.Current}";
        }

        if (state.Job != _options.Job)
        {
            return $"job '{state.Job}', the coordinator runs '{_options.Job}'";
        }

        return state.Plan is { } plan && _job.Plan is { } ours && PlanComparison.Difference(ours, plan) is { } difference
            ? $"{difference}; start with --fresh to begin anew, without the old state"
            : null;
    }

    // Clocks and markers count whatever the worker's epoch. False: it speaks of another instance.
    private bool Learn(WorkerState state)
    {
        if (state.Instance.Length > 0 && state.Instance != _job.Instance)
        {
            return false;
        }

        foreach (var report in state.Publishers)
        {
            if (report.Marker is { } marker)
            {
                _job.Debts.Pay(marker);
            }
        }

        return true;
    }

    // What a worker's state adds to what is known.
    private void Absorb(WorkerState state)
    {
        if (!Learn(state))
        {
            return;
        }

        if ((long)state.Epoch != _job.Epoch || _job.Epoch == 0)
        {
            return;
        }

        if (_standing.Phase == CoordinatorPhase.Running)
        {
            _cuts.Report(state);
        }

        if (state.Ask is { } ask && (long)ask.Epoch == _job.Epoch && _standing.Phase is not (CoordinatorPhase.Gathering or CoordinatorPhase.Over))
        {
            if (ask.Fail)
            {
                Fail(ask.Cause);
            }
            else
            {
                RollBack(ask.Cause, outside: ask.Outside);
            }
        }
    }

    // The next thing that follows from what is known. While an entry is on its way to the log only leaving goes on.
    private void Evaluate()
    {
        NoticeOwnLateness();
        if (_standing.IsStopping && _standing.Phase is not CoordinatorPhase.Over && _host.NowMs >= _stopAtMs)
        {
            if (_standing.Failed.Length > 0)
            {
                Over(1, _standing.Failed);
            }
            else
            {
                LeaveStopped("stopped without a last cut: it took too long");
            }
        }

        if (_standing.Phase == CoordinatorPhase.Over)
        {
            EvaluateLeaving();
            return;
        }

        if (_appending)
        {
            return;
        }

        switch (_standing.Phase)
        {
            case CoordinatorPhase.TakingOver:
                EvaluateTakeover();
                break;
            case CoordinatorPhase.Gathering:
                EvaluateGathering();
                break;
            case CoordinatorPhase.Restoring or CoordinatorPhase.Running:
                if (LostWorker() is var (lost, sinceMs))
                {
                    RollBack(lost, sinceMs);
                    Evaluate();
                }
                else if (_standing.Phase == CoordinatorPhase.Restoring)
                {
                    EvaluateRestoring();
                }
                else
                {
                    EvaluateRunning();
                }

                break;
        }
    }

    private void EvaluateTakeover()
    {
        var assignment = _job.Assignment!;
        if (assignment.Workers.All(IsReady))
        {
            _host.Log(MachineLogLevel.Information, $"took over epoch {_job.Epoch} without a rollback");
            _cuts.Adopt(_workers.Attached.Select(session => session.State), _mirrored);
            _standing.Enter(CoordinatorPhase.Running);
            foreach (var session in _workers.Attached)
            {
                Absorb(session.State);
            }

            _announcer.Broadcast();
            return;
        }

        var replaced = assignment.Workers.FirstOrDefault(_workers.IsReplaced);
        if (replaced is not null || _membership.ExpectedAreHereWithout(assignment))
        {
            RollBack(replaced is null ? "takeover: other workers than before" : $"takeover: {replaced.Name} is another process");
            Evaluate();
        }
        else if (_host.NowMs - _standing.PhaseSinceMs >= _options.TakeoverGraceMs)
        {
            var missing = assignment.Workers.First(worker => !IsReady(worker));
            RollBack($"takeover: {missing.Name} has not registered as ready in epoch {_job.Epoch} within {_options.TakeoverGraceMs} ms");
            Evaluate();
        }
    }

    private bool IsReady(WorkerRef worker) => _workers.IsReady(worker, _job.Epoch);

    private void EvaluateGathering()
    {
        if (_membership.Plan() is not { } plan || !_membership.IsComplete(plan))
        {
            LetWorkersGo();
            return;
        }

        if (!_job.IsCreated)
        {
            Append(_job.NewCreated(plan), _ => TakeTerm(Evaluate), Fenced);
        }
        else if (_job.Manifest is null)
        {
            EvaluateFirstManifest(plan);
        }
        else if (_budget.IsSpent && !_freshBudget && !_membership.IsForOutside)
        {
            Fail($"{_options.RestartBudget} rollbacks without a new cut; first: {_budget.FirstCause}; last: {_budget.LastCause}");
        }
        else
        {
            StartEpoch(plan);
        }
    }

    // Before anything stands in the log nobody is fenced: two candidates, each with a worker that the other one waits for, would
    // wait for ever. The jitter sees to it that one of them lets go while the other one still waits.
    private void LetWorkersGo()
    {
        if (_job.IsCreated || !_membership.LacksRole)
        {
            _letGoAtMs = null;
            return;
        }

        _letGoAtMs ??= _host.NowMs + _options.CandidateMs + (long)(_host.NextRandom() % (ulong)(_options.CandidateMs + 1));
        if (_host.NowMs >= _letGoAtMs)
        {
            _letGoAtMs = null;
            foreach (var session in _workers.Attached.ToList())
            {
                _host.Close(session.Stream, $"waited in vain for {_membership.WaitingFor}; another coordinator may have one", forGood: false);
                _workers.Detached(session.Stream);
            }
        }
    }

    private void EvaluateFirstManifest(Plan plan)
    {
        if (_membership.AskForSplits(plan, out var positions, out var error))
        {
            _announcer.Broadcast();
        }

        if (error is not null)
        {
            // Nothing has begun: there is nothing to keep in the log, and the same command can be tried again.
            _standing.Failed = error;
            Over(ExitCodes.Configuration, error);
        }
        else if (positions is not null)
        {
            Append(_job.FirstManifest(plan, positions), _ => Committed(), Fenced);
        }
    }

    private void StartEpoch(Plan plan)
    {
        var entry = _job.NextEpoch(plan, _membership.Choose(), new EpochStarted
        {
            Cause = _membership.Cause,
            Planned = _membership.IsPlanned,
            Outside = _membership.IsForOutside,
            FreshBudget = _freshBudget,
        });
        Append(entry, _ =>
        {
            _host.Failpoint("rollback");
            _budget.Started(entry.EpochStarted);
            _standing.Rollbacks = Math.Max(0, _job.Epoch - 1);
            _freshBudget = false;
            _membership.EpochBegan();
            _cuts.BeginEpoch(_workers.Attached.Select(session => session.State), _mirrored);
            _standing.RaiseMinClockTo(_job.CheckpointClockMs);
            _restoring.Begin();
            _standing.Enter(CoordinatorPhase.Restoring);
            _host.Log(MachineLogLevel.Information, $"epoch {_job.Epoch} from cut {_job.Cut} on {entry.EpochStarted.Assignment.Workers.Count} workers: {entry.EpochStarted.Cause}");
            _announcer.Broadcast();
        }, Fenced);
    }

    private void EvaluateRestoring()
    {
        if (_job.Assignment!.Workers.All(IsReady))
        {
            _standing.Enter(CoordinatorPhase.Running);
            _host.Log(MachineLogLevel.Information, $"epoch {_job.Epoch} runs");
            _announcer.Broadcast();
            return;
        }

        foreach (var worker in _job.Assignment.Workers.Where(worker => !IsReady(worker)))
        {
            if (_restoring.Stuck(worker.Name, _workers.StateIn(worker, _job.Epoch), _host.NowMs) is { } stuck)
            {
                RollBack(stuck);
                Evaluate();
                return;
            }
        }
    }

    private void EvaluateRunning()
    {
        _standing.RaiseMinClockTo(_job.TaskClocks(_workers).Min);
        if (_cuts.Open is { IsComplete: true } open)
        {
            if (open.Audit() is { } difference)
            {
                _host.Log(MachineLogLevel.Error, $"AUDIT FAILED at cut {open.Cut}: {difference}; nothing of it is committed");
                RollBack($"failed audit of cut {open.Cut}: {difference}");
                Evaluate();
                return;
            }

            _host.Failpoint("before-manifest");
            var paused = open.Pause;
            Append(_cuts.ManifestOf(open), _ =>
            {
                _host.Failpoint("after-manifest");
                // Before the commit is told: who hears of it must not take the pause for over.
                _membership.PausedCutCommitted(paused && open.Pause && _standing.Phase == CoordinatorPhase.Running, _standing.IsStopping);
                Committed();
            }, Fenced);
            return;
        }

        if (_cuts.Open is null && _job.AllSplitsEnded && _job.Debts.Segments == 0)
        {
            Append(_job.NewEnded(), _ => Over(0, "the job has ended"), Fenced);
            return;
        }

        if (_standing.IsStopping && _membership.StoppedBehindCut)
        {
            if (_job.Debts.Segments == 0)
            {
                LeaveStopped("stopped");
            }

            return;
        }

        if (_membership.TakeChange() is { } change)
        {
            _host.Log(MachineLogLevel.Information, change);
            _standing.Enter(CoordinatorPhase.Gathering);
            Evaluate();
            return;
        }

        if (_cuts.OpenIfDue(_workers.Attached.Select(session => session.State), () => _membership.WantsPause(_standing.IsStopping)))
        {
            _announcer.Broadcast();
        }
    }

    private void Committed()
    {
        _cuts.Committed();
        _job.Collect();
        _budget.Committed();
        _standing.RaiseMinClockTo(_job.CheckpointClockMs);
        _announcer.Broadcast();
        _announcer.Mirror();
    }

    // A worker that has been away for long has had its time to be replaced: that wait counts from its last word.
    private void RollBack(string cause, long? lostSinceMs = null, bool outside = false)
    {
        if (_standing.Phase is CoordinatorPhase.Gathering or CoordinatorPhase.Over or CoordinatorPhase.Loading)
        {
            return;
        }

        _standing.LastCause = cause;
        _host.Log(MachineLogLevel.Warning, $"rollback of epoch {_job.Epoch} to cut {_job.Cut}: {cause}");
        _budget.Asked(cause);
        Gather(cause, lostSinceMs, outside);
    }

    private void Gather(string cause, long? lostSinceMs = null, bool outside = false)
    {
        _cuts.Drop();
        _membership.Want(cause, planned: false, _host.NowMs + _budget.DelayMs, lostSinceMs, outside);
        _standing.Enter(CoordinatorPhase.Gathering);
    }

    private void Fail(string reason)
    {
        if (_standing.Phase == CoordinatorPhase.Over)
        {
            return;
        }

        _standing.Failed = reason;
        _cuts.Drop();
        _standing.Enter(CoordinatorPhase.Gathering);
        if (!_job.IsCreated || _appending)
        {
            _membership.Want(reason, planned: false, long.MaxValue);
            if (!_appending)
            {
                Over(1, reason);
            }

            return;
        }

        Append(_job.NewFailed(reason, _budget), _ => Over(1, reason), Fenced);
    }

    private (string Cause, long SinceMs)? LostWorker() => _job.Assignment!.Workers.Select(_workers.Lost).FirstOrDefault(lost => lost is not null);

    private void Append(LogEntry entry, Action<long> appended, Action<string> fenced)
    {
        _appending = true;
        _log.Append(entry, index =>
        {
            _appending = false;
            if (_standing.Phase == CoordinatorPhase.Over)
            {
                return;
            }

            _job.Apply(entry, index);
            appended(index);
            if (_standing.Failed.Length > 0 && _standing.Phase != CoordinatorPhase.Over)
            {
                Fail(_standing.Failed);
            }

            Evaluate();
        }, reason =>
        {
            _appending = false;
            if (_standing.Phase != CoordinatorPhase.Over)
            {
                fenced(reason);
            }
        });
    }

    private void Fenced(string reason)
    {
        _host.Log(MachineLogLevel.Warning, $"fenced: {reason}");
        _standing.IsFenced = true;
        _standing.Enter(CoordinatorPhase.Over);
        _host.Exit(ExitCodes.Fenced, $"another coordinator has taken over: {reason}");
    }

    private void LeaveStopped(string reason) => Over(0, reason);

    private void Over(int code, string reason)
    {
        _standing.ExitCode = code;
        _overBecause = reason;
        _leave = _options.ExitWhenOver;
        _standing.Enter(CoordinatorPhase.Over);
        _host.Log(code == 0 ? MachineLogLevel.Information : MachineLogLevel.Error, reason);
        _announcer.Broadcast();
        Evaluate();
    }

    // The workers have been told; the coordinator leaves behind them, or when they take too long.
    private void EvaluateLeaving()
    {
        if (_leave && (_host.NowMs - _standing.PhaseSinceMs >= _options.SilenceMs || (_anybodyCame && !_workers.Any && _host.NowMs - _standing.PhaseSinceMs >= _options.ReattachMs)))
        {
            _leave = false;
            _host.Exit(_standing.ExitCode, _overBecause);
        }
    }

    private void Beat()
    {
        NoticeOwnLateness();
        _beatAtMs = _host.NowMs + _options.TickMs;
        _timers.After(_options.TickMs, Beat);
        if (_standing.Phase == CoordinatorPhase.Running)
        {
            _cuts.Tick();
            _standing.RaiseMinClockTo(_job.TaskClocks(_workers).Min);
        }

        Evaluate();
        var everybody = _host.NowMs >= _nextBroadcastMs;
        if (everybody)
        {
            _nextBroadcastMs = _host.NowMs + 1_000;
            _announcer.Mirror();
        }

        foreach (var session in _workers.Attached)
        {
            if (everybody || (session.State.Role == Role.Source && _standing.Phase == CoordinatorPhase.Running))
            {
                _announcer.Send(session);
            }
        }

        // A coordinator that was left by its workers may have been replaced: it looks before it waits for ever.
        if (_standing.Phase is not (CoordinatorPhase.Over or CoordinatorPhase.Loading) && _host.NowMs >= _nextLogCheckMs)
        {
            _nextLogCheckMs = _host.NowMs + 5_000;
            _log.LookForSuccessor(SuccessorLookedFor);
        }
    }

    // Who was stopped itself, or starved, has not read yet what was sent to it meanwhile: that silence is its own.
    private void NoticeOwnLateness()
    {
        var lateMs = _host.NowMs - _beatAtMs;
        if (lateMs >= _options.SilenceMs / 4)
        {
            _workers.Excuse(lateMs);
            _beatAtMs = _host.NowMs;
        }
    }

    private void SuccessorLookedFor(bool found)
    {
        if (!found || _appending || _standing.Phase is CoordinatorPhase.Over or CoordinatorPhase.Loading)
        {
            return;
        }

        if (_job.IsCreated)
        {
            Fenced("a newer entry stands in the log, or a newer instance beside it");
        }
        else
        {
            // It has written nothing, and waits for workers that another has: it reads again and takes over.
            _host.Log(MachineLogLevel.Information, "another coordinator has created the job meanwhile");
            Load(false);
        }
    }
}

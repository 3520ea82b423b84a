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
    private CoordinatorPhase _phase = CoordinatorPhase.Loading;
    private ClockReading? _mirrored;
    private string _failed = "";
    private string _lastCause = "";
    private string _overBecause = "";
    private int _exitCode;
    private bool _appending;
    private bool _leave;
    private bool _freshBudget;
    private bool _stopping;
    private bool _anybodyCame;
    private long _stopAtMs = long.MaxValue;
    private long _phaseSinceMs;
    private long? _letGoAtMs;
    private long _minClock;
    private long _nextBroadcastMs;
    private long _nextLogCheckMs;
    private long _rollbacks;

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
            if (_phase == CoordinatorPhase.Over && _job.Ended)
            {
                // It came for a job that has ended, with another plan: that it has ended is not its answer.
                (_exitCode, _overBecause) = (ExitCodes.Configuration, refusal);
            }

            return;
        }

        _anybodyCame = true;
        var isNew = !_workers.Attached.Any(session => session.Stream == stream);
        if (_workers.Heard(stream, state, _job.HasGivenUp(state)) is not { } session)
        {
            return;
        }

        if (isNew)
        {
            _host.Log(MachineLogLevel.Information, $"{state.Worker} registered (process {state.Process}, {state.Address})");
            Send(session);
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
        if (!_stopping)
        {
            _stopping = true;
            _stopAtMs = _host.NowMs + _options.StopMs;
            _host.Log(MachineLogLevel.Information, "stopping behind a cut");
            Evaluate();
        }
    }

    public JobStatus Status()
    {
        var status = new JobStatus
        {
            Job = _options.Job,
            Instance = _job.Instance,
            State = StateName(),
            Term = (ulong)_job.Term,
            Epoch = (ulong)_job.Epoch,
            MinClockMs = _minClock,
            CheckpointClockMs = _job.CheckpointClockMs,
            Cut = (ulong)_job.Cut,
            OwedBytes = (ulong)_job.Debts.Bytes,
            OwedSegments = (ulong)_job.Debts.Segments,
            PushBack = PushBack,
            LastCause = _lastCause.Length > 0 ? _lastCause : _failed,
            Rollbacks = (ulong)_rollbacks,
            Records = (ulong)_workers.Attached.Sum(session => (long)session.State.Records),
            TickMs = _cuts.Ticks.LastMs,
            WaitingFor = WaitingFor(),
            SlowestTask = SlowestTask(),
            Phase = PhaseForTests(),
        };
        if (_cuts.Open is { } open)
        {
            status.OpenCut = open.ToState();
            status.OpenCutHeldBy = open.HeldBy();
        }

        status.Stalled.AddRange(_workers.Stalled());
        status.Counters.AddRange(_job.Manifest?.Counters ?? []);
        status.Workers.AddRange(_job.Assignment?.Workers ?? []);
        return status;
    }

    private bool PushBack => _job.Debts.Bytes > _options.OwedBytesMax || _membership.PausesSources;

    private void Load(bool fresh)
    {
        _phase = CoordinatorPhase.Loading;
        var newInstance = _host.NextRandom().ToString("x16", CultureInfo.InvariantCulture);
        _log.Load(fresh, newInstance, contents =>
        {
            _job.Load(contents, _budget);
            _rollbacks = Math.Max(0, _job.Epoch - 1);
            // What was read before may have been another instance's log.
            _minClock = _job.CheckpointClockMs;
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

            TakeTerm(AfterTerm);
        }, damaged => Over(1, damaged));
    }

    // A candidate that finds its index taken reads again and tries again.
    private void TakeTerm(Action taken) => Append(_job.NextTerm(_options.Address), _ => taken(), _ => Load(false));

    private void AfterTerm()
    {
        if (_job.Ended)
        {
            Over(0, "the job has ended");
        }
        else if (_job.FailedReason.Length > 0 && !_options.ResumeFailed)
        {
            _failed = _job.FailedReason;
            Over(1, _failed);
        }
        else if (_job.Epoch == 0)
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
            EnterPhase(CoordinatorPhase.TakingOver);
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

        if (_phase == CoordinatorPhase.Running)
        {
            _cuts.Report(state);
        }

        if (state.Ask is { } ask && (long)ask.Epoch == _job.Epoch && _phase is not (CoordinatorPhase.Gathering or CoordinatorPhase.Over))
        {
            if (ask.Fail)
            {
                Fail(ask.Cause);
            }
            else
            {
                RollBack(ask.Cause);
            }
        }
    }

    // The next thing that follows from what is known. Nothing while an entry is on its way to the log.
    private void Evaluate()
    {
        if (_appending)
        {
            return;
        }

        switch (_phase)
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
                else if (_phase == CoordinatorPhase.Restoring)
                {
                    EvaluateRestoring();
                }
                else
                {
                    EvaluateRunning();
                }

                break;
            case CoordinatorPhase.Over:
                EvaluateLeaving();
                break;
        }

        if (_stopping && _phase is not CoordinatorPhase.Over && _host.NowMs >= _stopAtMs)
        {
            LeaveStopped("stopped without a last cut: it took too long");
        }
    }

    private void EvaluateTakeover()
    {
        var assignment = _job.Assignment!;
        if (assignment.Workers.All(IsReady))
        {
            _host.Log(MachineLogLevel.Information, $"took over epoch {_job.Epoch} without a rollback");
            _cuts.Adopt(_workers.Attached.Select(session => session.State), _mirrored);
            EnterPhase(CoordinatorPhase.Running);
            foreach (var session in _workers.Attached)
            {
                Absorb(session.State);
            }

            Broadcast();
            return;
        }

        var replaced = assignment.Workers.FirstOrDefault(_workers.IsReplaced);
        if (replaced is not null || _membership.ExpectedAreHereWithout(assignment))
        {
            RollBack(replaced is null ? "takeover: other workers than before" : $"takeover: {replaced.Name} is another process");
            Evaluate();
        }
        else if (_host.NowMs - _phaseSinceMs >= _options.TakeoverGraceMs)
        {
            var missing = assignment.Workers.First(worker => !IsReady(worker));
            RollBack($"takeover: {missing.Name} has not registered as ready in epoch {_job.Epoch} within {_options.TakeoverGraceMs} ms");
            Evaluate();
        }
    }

    // The very process that the assignment names is attached, and has restored the newest epoch.
    private bool IsReady(WorkerRef worker) => _workers.Find(worker) is { IsAttached: true } session
        && (long)session.State.Epoch == _job.Epoch && session.State.Phase is WorkerPhase.Ready or WorkerPhase.Running;

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
        else if (_budget.IsSpent && !_freshBudget)
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
            Broadcast();
        }

        if (error is not null)
        {
            // Nothing has begun: there is nothing to keep in the log, and the same command can be tried again.
            _failed = error;
            Over(ExitCodes.Configuration, error);
        }
        else if (positions is not null)
        {
            Append(_job.FirstManifest(plan, positions), _ => Committed(), Fenced);
        }
    }

    private void StartEpoch(Plan plan)
    {
        var entry = _job.NextEpoch(plan, _membership.Choose(), _membership.Cause, _membership.IsPlanned, _freshBudget);
        Append(entry, _ =>
        {
            _host.Failpoint("rollback");
            _budget.Started(entry.EpochStarted);
            _rollbacks = Math.Max(0, _job.Epoch - 1);
            _freshBudget = false;
            _membership.EpochBegan();
            _cuts.BeginEpoch(_workers.Attached.Select(session => session.State), _mirrored);
            RaiseMinClockTo(_job.CheckpointClockMs);
            _restoring.Begin();
            EnterPhase(CoordinatorPhase.Restoring);
            _host.Log(MachineLogLevel.Information, $"epoch {_job.Epoch} from cut {_job.Cut} on {entry.EpochStarted.Assignment.Workers.Count} workers: {entry.EpochStarted.Cause}");
            Broadcast();
        }, Fenced);
    }

    private void EvaluateRestoring()
    {
        if (_job.Assignment!.Workers.All(IsReady))
        {
            EnterPhase(CoordinatorPhase.Running);
            _host.Log(MachineLogLevel.Information, $"epoch {_job.Epoch} runs");
            Broadcast();
            return;
        }

        foreach (var worker in _job.Assignment.Workers.Where(worker => !IsReady(worker)))
        {
            if (_restoring.Stuck(worker.Name, StateOf(worker), _host.NowMs) is { } stuck)
            {
                RollBack(stuck);
                Evaluate();
                return;
            }
        }
    }

    // As it restores the newest epoch; null where it has not begun to.
    private WorkerState? StateOf(WorkerRef worker) =>
        _workers.Find(worker) is { } session && (long)session.State.Epoch == _job.Epoch ? session.State : null;

    private void EvaluateRunning()
    {
        RaiseMinClock();
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
                Committed();
                _membership.PausedCutCommitted(paused && open.Pause, _stopping);
            }, Fenced);
            return;
        }

        if (_cuts.Open is null && _job.AllSplitsEnded && _job.Debts.Segments == 0)
        {
            Append(_job.NewEnded(), _ => Over(0, "the job has ended"), Fenced);
            return;
        }

        if (_stopping && _membership.StoppedBehindCut)
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
            EnterPhase(CoordinatorPhase.Gathering);
            Evaluate();
            return;
        }

        if (_cuts.OpenIfDue(_workers.Attached.Select(session => session.State), _membership.WantsPause(_stopping)))
        {
            Broadcast();
        }
    }

    private void Committed()
    {
        _cuts.Committed();
        _job.Collect();
        _budget.Committed();
        RaiseMinClockTo(_job.CheckpointClockMs);
        Broadcast();
        Mirror();
    }

    // A worker that has been away for long has had its time to be replaced: that wait counts from its last word.
    private void RollBack(string cause, long? lostSinceMs = null)
    {
        if (_phase is CoordinatorPhase.Gathering or CoordinatorPhase.Over or CoordinatorPhase.Loading)
        {
            return;
        }

        _lastCause = cause;
        _host.Log(MachineLogLevel.Warning, $"rollback of epoch {_job.Epoch} to cut {_job.Cut}: {cause}");
        _budget.Asked(cause);
        Gather(cause, lostSinceMs);
    }

    private void Gather(string cause, long? lostSinceMs = null)
    {
        _cuts.Drop();
        _membership.Want(cause, planned: false, _host.NowMs + _budget.DelayMs, lostSinceMs);
        EnterPhase(CoordinatorPhase.Gathering);
    }

    private void Fail(string reason)
    {
        if (_phase == CoordinatorPhase.Over)
        {
            return;
        }

        _failed = reason;
        _cuts.Drop();
        EnterPhase(CoordinatorPhase.Gathering);
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
            if (_phase == CoordinatorPhase.Over)
            {
                return;
            }

            _job.Apply(entry, index);
            appended(index);
            if (_failed.Length > 0 && _phase != CoordinatorPhase.Over)
            {
                Fail(_failed);
            }

            Evaluate();
        }, reason =>
        {
            _appending = false;
            fenced(reason);
        });
    }

    private void Fenced(string reason)
    {
        _host.Log(MachineLogLevel.Warning, $"fenced: {reason}");
        _phase = CoordinatorPhase.Over;
        _host.Exit(ExitCodes.Fenced, $"another coordinator has taken over: {reason}");
    }

    private void LeaveStopped(string reason) => Over(0, reason);

    private void Over(int code, string reason)
    {
        _exitCode = code;
        _overBecause = reason;
        _leave = _options.ExitWhenOver;
        EnterPhase(CoordinatorPhase.Over);
        _host.Log(code == 0 ? MachineLogLevel.Information : MachineLogLevel.Error, reason);
        Broadcast();
        Evaluate();
    }

    // The workers have been told; the coordinator leaves behind them, or when they take too long.
    private void EvaluateLeaving()
    {
        if (_leave && (_host.NowMs - _phaseSinceMs >= _options.SilenceMs || (_anybodyCame && !_workers.Any && _host.NowMs - _phaseSinceMs >= _options.ReattachMs)))
        {
            _leave = false;
            _host.Exit(_exitCode, _overBecause);
        }
    }

    private void Beat()
    {
        _timers.After(_options.TickMs, Beat);
        if (_phase == CoordinatorPhase.Running)
        {
            _cuts.Tick();
            RaiseMinClock();
        }

        Evaluate();
        var everybody = _host.NowMs >= _nextBroadcastMs;
        if (everybody)
        {
            _nextBroadcastMs = _host.NowMs + 1_000;
            Mirror();
        }

        foreach (var session in _workers.Attached)
        {
            if (everybody || (session.State.Role == Role.Source && _phase == CoordinatorPhase.Running))
            {
                Send(session);
            }
        }

        // A coordinator that was left by its workers may have been replaced: it looks before it waits for ever.
        if (_phase is not (CoordinatorPhase.Over or CoordinatorPhase.Loading) && _host.NowMs >= _nextLogCheckMs)
        {
            _nextLogCheckMs = _host.NowMs + 5_000;
            _log.LookForSuccessor(SuccessorLookedFor);
        }
    }

    private void SuccessorLookedFor(bool found)
    {
        if (!found || _appending || _phase is CoordinatorPhase.Over or CoordinatorPhase.Loading)
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

    private void RaiseMinClock()
    {
        RaiseMinClockTo(_job.TaskClocks(_workers).Min);
    }

    private void RaiseMinClockTo(long clockMs) => _minClock = Math.Max(_minClock, clockMs);

    private void Mirror()
    {
        if (_job.Epoch > 0)
        {
            _host.MirrorClocks(new ClockReading(_job.Instance, _job.Epoch, _minClock, _job.CheckpointClockMs));
        }
    }

    private void Broadcast()
    {
        foreach (var session in _workers.Attached)
        {
            Send(session);
        }
    }

    private void Send(WorkerSession session)
    {
        if (_phase == CoordinatorPhase.Loading)
        {
            return;
        }

        var state = new CoordinatorState
        {
            Protocol = ProtocolVersion.Current,
            Job = _options.Job,
            Instance = _job.Instance,
            InstanceNumber = (ulong)_job.InstanceNumber,
            Term = (ulong)_job.Term,
            Epoch = (ulong)_job.Epoch,
            EpochIndex = (ulong)Math.Max(0, _job.EpochIndex),
            ManifestIndex = (ulong)Math.Max(0, _job.ManifestIndex),
            ManifestCut = (ulong)_job.Cut,
            CheckpointClockMs = _job.CheckpointClockMs,
            MinClockMs = _minClock,
            TickMs = _phase == CoordinatorPhase.Running ? _cuts.Ticks.LastMs : 0,
            Run = _phase == CoordinatorPhase.Running,
            PushBack = PushBack,
            Leave = _phase == CoordinatorPhase.Over ? _options.ExitWhenOver : _membership.MayLeave(session),
            // Not before it stands in the log: this coordinator may be fenced, and the epoch go on.
            Failed = _phase == CoordinatorPhase.Over ? _failed : "",
            ExitCode = (uint)_exitCode,
        };
        if (_phase == CoordinatorPhase.Running && _cuts.Open is { } open)
        {
            state.OpenCut = open.ToState();
        }

        state.ListSplits.AddRange(_membership.SplitsAskedOf(session));
        _host.Send(session.Stream, state);
    }

    private void EnterPhase(CoordinatorPhase phase)
    {
        _phase = phase;
        _phaseSinceMs = _host.NowMs;
    }

    private string WaitingFor() => _phase switch
    {
        CoordinatorPhase.Gathering => _membership.WaitingFor,
        CoordinatorPhase.Restoring when _job.Assignment!.Workers.FirstOrDefault(worker => !IsReady(worker)) is { } worker =>
            $"{worker.Name}, which waits for {RestoreWatch.WaitsFor(StateOf(worker))}",
        _ => _log.Trouble,
    };

    private string SlowestTask() => _job.Epoch == 0 ? "" : _job.TaskClocks(_workers).Slowest;

    private string StateName() => _phase switch
    {
        CoordinatorPhase.Over when _failed.Length > 0 || _exitCode != 0 => "failed",
        CoordinatorPhase.Over => _job.Ended ? "ended" : "stopped",
        CoordinatorPhase.Running when _stopping => "stopping",
        CoordinatorPhase.Running => "running",
        CoordinatorPhase.Loading => "starting",
        _ => _job.Epoch == 0 ? "starting" : "restoring",
    };

    private string PhaseForTests() => _phase switch
    {
        CoordinatorPhase.Running when _cuts.Open is { IsComplete: true } => "manifest",
        CoordinatorPhase.Running when _cuts.Open is not null => "snapshot",
        CoordinatorPhase.Running when _job.Debts.Segments > 0 => "publishing",
        CoordinatorPhase.Running => "idle",
        _ => "rollback",
    };
}

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
    private readonly CutCoordinator _cuts;
    private readonly Membership _membership;
    private readonly RestoreWatch _restoring;
    private readonly Standing _standing;
    private readonly Recovery _recovery;
    private readonly Admission _admission;
    private readonly Departure _departure;
    private readonly Announcer _announcer;
    private ClockReading? _mirrored;
    private bool _appending;
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
        _cuts = new CutCoordinator(options, host, _job);
        _membership = new Membership(options, host, _workers, _job);
        _restoring = new RestoreWatch(options.RestoreStallMs);
        _standing = new Standing(host);
        _recovery = new Recovery(options, host, _standing, _job, _cuts, _membership);
        _admission = new Admission(options, host, _workers, _job, _membership);
        _departure = new Departure(options, host, _standing, _workers);
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
        NoticeOwnLateness();
        if (_admission.Refusal(state) is { } refusal)
        {
            _host.Log(MachineLogLevel.Warning, $"refused {state.Worker}: {refusal}");
            _host.Close(stream, refusal, forGood: true);
            if (_standing.Phase == CoordinatorPhase.Over && _job.Ended)
            {
                // It came for a job that has ended, with another plan: that it has ended is not its answer.
                _departure.SetReason(ExitCodes.Configuration, refusal);
            }

            return;
        }

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
        NoticeOwnLateness();
        _workers.Detached(stream);
        Evaluate();
    }

    /// <summary>Time has come to <c>WakeAt</c>.</summary>
    public void Advance() => _timers.Advance();

    /// <summary>A user's stop: a cut behind which the sources pause, then everybody leaves.</summary>
    public void Stop()
    {
        if (_departure.BeginStop())
        {
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

            _job.Load(contents, _recovery.Budget);
            _standing.Rollbacks = Math.Max(0, _job.Epoch - 1);
            _standing.BeginMinClockAt(_job.CheckpointClockMs);
            var refused = _admission.Review();
            foreach (var session in _workers.Attached)
            {
                // Who registered before the log was read has said these things already, and may not say them again.
                _job.Learn(session.State);
            }

            if (!_job.IsCreated)
            {
                // Nothing to take over and nobody to fence: the term is written behind `created`, which needs the plan.
                _recovery.Gather("created");
                Evaluate();
                return;
            }

            // Where nothing is decided any more nothing is written: such a coordinator may be started again and again.
            if (_job.Ended && refused is not null)
            {
                Over(ExitCodes.Configuration, refused);
                return;
            }

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
                BeMuteInAnothersTerm();
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
            _recovery.Gather("created");
        }
        else if (_job.FailedReason.Length > 0)
        {
            _recovery.Resume();
        }
        else
        {
            _standing.Enter(CoordinatorPhase.TakingOver);
        }

        Evaluate();
    }

    // What a worker's state adds to what is known.
    private void Absorb(WorkerState state)
    {
        if (!_job.Learn(state))
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

        // Not while the log is being read, perhaps once more: the epoch may be over by then.
        if (state.Ask is { } ask && (long)ask.Epoch == _job.Epoch && _standing.Phase is not (CoordinatorPhase.Gathering or CoordinatorPhase.Over or CoordinatorPhase.Loading))
        {
            if (ask.Fail)
            {
                Fail(ask.Cause);
            }
            else
            {
                _recovery.RollBack(ask.Cause, outside: ask.Outside);
            }
        }
    }

    // The next thing that follows from what is known. While an entry is on its way to the log only leaving goes on.
    private void Evaluate()
    {
        NoticeOwnLateness();
        if (_departure.IsStopOverdue && _standing.Phase is not CoordinatorPhase.Over)
        {
            // A failure that is still on its way to the log is told to nobody: this coordinator may be fenced, and the job go on.
            var failing = _standing.Failed.Length > 0 ? $"; what it was about to fail by: {_standing.Failed}" : "";
            _standing.Failed = "";
            BeMuteInAnothersTerm();
            Over(0, $"stopped without a last cut: it took too long{failing}");
        }

        if (_standing.Phase == CoordinatorPhase.Over)
        {
            _departure.Evaluate();
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
                if (_workers.FirstLost(_job.Assignment!) is var (lost, sinceMs))
                {
                    RollBack(lost, sinceMs);
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
        }
        else if (_host.NowMs - _standing.PhaseSinceMs >= _options.TakeoverGraceMs)
        {
            var missing = assignment.Workers.First(worker => !IsReady(worker));
            RollBack($"takeover: {missing.Name} has not registered as ready in epoch {_job.Epoch} within {_options.TakeoverGraceMs} ms");
        }
    }

    private bool IsReady(WorkerRef worker) => _workers.IsReady(worker, _job.Epoch);

    private void EvaluateGathering()
    {
        if (_membership.Plan() is not { } plan || !_membership.IsComplete(plan))
        {
            _admission.LetGo();
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
        else if (_recovery.Exhausted is { } reason)
        {
            Fail(reason);
        }
        else
        {
            StartEpoch(plan);
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
            FreshBudget = _recovery.HasFreshBudget,
        });
        Append(entry, _ =>
        {
            _host.Failpoint("rollback");
            _recovery.EpochBegan(entry);
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
                Over(0, "stopped");
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
        _recovery.Budget.Reset();
        _standing.RaiseMinClockTo(_job.CheckpointClockMs);
        _announcer.Broadcast();
        _announcer.Mirror();
    }

    private void RollBack(string cause, long? lostSinceMs = null)
    {
        _recovery.RollBack(cause, lostSinceMs);
        Evaluate();
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

        Append(_job.NewFailed(reason, _recovery.Budget), _ => Over(1, reason), Fenced);
    }

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
        _standing.IsMute = true;
        _standing.Enter(CoordinatorPhase.Over);
        _host.Exit(ExitCodes.Fenced, $"another coordinator has taken over: {reason}");
    }

    // Who has read the log, and reads it again, knows of a term that is not its own: the epoch of its workers may go on in it.
    private void BeMuteInAnothersTerm() => _standing.IsMute = _standing.Phase == CoordinatorPhase.Loading && _job.Term > 0;

    private void Over(int code, string reason)
    {
        _departure.Begin(code, reason);
        _announcer.Broadcast();
        Evaluate();
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

    // Who was stopped itself, or starved, has not read yet what was sent to it meanwhile: that silence is its own, and nobody's wait.
    private void NoticeOwnLateness()
    {
        var lateMs = _host.NowMs - _beatAtMs;
        if (lateMs >= _options.SilenceMs / 4)
        {
            _workers.Excuse(lateMs);
            _standing.Excuse(lateMs);
            _membership.Excuse(lateMs);
            _restoring.Excuse(lateMs);
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

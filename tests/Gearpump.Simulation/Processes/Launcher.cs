using Gearpump.Engine.Coordination;
using Gearpump.Engine.Work;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Faults;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Oracles;

namespace Gearpump.Simulation.Processes;

/// <summary>Starts processes, replaces the dead, and carries out the user's stop.</summary>
internal sealed class Launcher(SimWorld world, SimRandom random)
{
    private const int ProcessorsMost = 5;

    /// <summary>More than a coordinator gives a stop.</summary>
    private const long StopMostMs = 30_000;

    private readonly Dictionary<string, SimProcess> _current = [];
    private readonly Dictionary<string, int> _incarnations = [];
    private readonly List<SimProcess> _alive = [];
    private readonly List<string> _workerSlots = [];
    private readonly HashSet<string> _starting = [];
    private readonly CoordinatorOptions _coordinatorOptions = SimOptions.Coordinator(world, random);
    private readonly WorkerOptions _workerOptions = SimOptions.Worker(world, random);
    private int _processors = world.Profile.ProcessorWorkers;
    private readonly Dictionary<string, (CoordinatorProcess Process, long AtMs)> _coordinators = [];
    private JobRestart _restart;
    private bool _fresh;
    private bool _resumeFailed = world.Profile.ResumesByItself;

    public List<string> CoordinatorSlots { get; } = [.. new[] { "co-a", "co-b", "co-c" }.Take(world.Profile.Coordinators)];

    public IReadOnlyList<SimProcess> Alive => _alive;

    /// <summary>A coordinator has left because the job is over.</summary>
    public bool Over { get; private set; }

    /// <summary>The user has asked for a stop, and not all have left.</summary>
    public bool Stopping { get; private set; }

    /// <summary>When a process was last started, or ended.</summary>
    public long ChangedAtMs { get; private set; }

    public void Begin()
    {
        _workerSlots.Clear();
        for (var i = 0; i < world.Profile.SourceWorkers; i++)
        {
            _workerSlots.Add($"source-{i}");
        }

        for (var i = 0; i < _processors; i++)
        {
            _workerSlots.Add($"proc-{i}");
        }

        foreach (var slot in _workerSlots)
        {
            StartSoon(slot, random.Between(0L, 600L));
        }

        foreach (var slot in world.Profile.AllAtOnce ? CoordinatorSlots : [random.Pick(CoordinatorSlots)])
        {
            StartSoon(slot, random.Between(0L, 600L));
        }
    }

    public CoordinatorProcess? FindCoordinator(string slot) =>
        _current.GetValueOrDefault(slot) is CoordinatorProcess { Alive: true } found ? found : null;

    public WorkerProcess? FindWorker(string address)
    {
        foreach (var process in _alive)
        {
            // At a fixed address the newest process listens; one that was replaced listens at its old one, if that was its own.
            if (process is WorkerProcess worker && worker.Address == address && (world.Profile.NewAddresses || _current.GetValueOrDefault(worker.Slot) == worker))
            {
                return worker;
            }
        }

        return null;
    }

    /// <summary>Nobody has taken its name.</summary>
    public bool IsCurrent(SimProcess process) => _current.GetValueOrDefault(process.Slot) == process && !process.Replaced;

    public void OnDied(SimProcess process, bool machineDied)
    {
        _alive.Remove(process);
        ChangedAtMs = world.NowMs;
        if (_current.GetValueOrDefault(process.Slot) != process || Over || Stopping)
        {
            return;
        }

        if (process is WorkerProcess worker)
        {
            if (!_workerSlots.Contains(process.Slot))
            {
                // The job was scaled down: nobody takes its place.
                _current.Remove(process.Slot);
                return;
            }

            if (machineDied && random.PerMille(400) && _workerSlots.Any(slot => slot != process.Slot && RoleOf(slot) == worker.Role))
            {
                // Nobody takes its place: the others, each of which lives or is being replaced, go on without it.
                _workerSlots.Remove(process.Slot);
                _current.Remove(process.Slot);
                world.Stats.NotReplaced++;
                return;
            }

            StartSoon(process.Slot, random.Between(50L, random.PerMille(200) ? 5_000L : 600L));
            return;
        }

        EnsureCoordinator();
    }

    public void OnCoordinatorExit(CoordinatorProcess process, int code, string reason)
    {
        switch (code)
        {
            case 0:
                RequirePaid(process, reason);
                OnJobOver(process);
                break;
            case 75:
                world.Stats.Fenced++;
                break;
            case 1 when process.Status() is { } status && world.Job.Of(status.Instance).Budget.HasFailedIn(status.Epoch):
                break;
            default:
                throw world.Fail($"{process.Name} exits {code}: {reason}");
        }
    }

    public void OnWorkerExit(WorkerProcess process, int code, string reason)
    {
        world.Stats.Left += process.Leaving ? 1 : 0;
        if (code is not (0 or 75) && !(code == 1 && world.Job.HasFailedFor(reason)))
        {
            throw world.Fail($"{process.Name} exits {code}: {reason}");
        }
    }

    /// <summary>
    /// The job has failed: everybody leaves with 1, is started again, and leaves again, until an operator sees it. The option that starts
    /// failed jobs again stays on for a while, or for good.
    /// </summary>
    public void OnJobFailed()
    {
        var seenMs = random.Between(0L, 5_000L);
        world.Disturbed(world.NowMs + seenMs);
        world.Scheduler.After(seenMs, null, "an operator starts the failed job again", () =>
        {
            world.Damage.Repair();
            _resumeFailed = true;
        });
    }

    /// <summary>A failed job has been started again.</summary>
    public void OnResumed() => _resumeFailed = world.Profile.ResumesByItself || random.PerMille(500);

    /// <summary>The coordinator was started with the option to start failed jobs again.</summary>
    public bool MayResume(string coordinator) => _coordinators.TryGetValue(coordinator, out var started) && started.Process.MayResume;

    /// <summary>Virtual time at which the coordinator was started.</summary>
    public long StartedAtMs(string coordinator) => _coordinators.TryGetValue(coordinator, out var started) ? started.AtMs : 0;

    /// <summary>Starts another coordinator beside the one there is.</summary>
    public void StartRival()
    {
        foreach (var slot in CoordinatorSlots)
        {
            if (FindCoordinator(slot) is null)
            {
                StartSoon(slot, 0);
                return;
            }
        }
    }

    /// <summary>The command with --fresh beside the job that runs: its coordinator leaves when it notices, its workers follow the new one.</summary>
    public void BeginAnewBeside()
    {
        var free = CoordinatorSlots.Find(slot => FindCoordinator(slot) is null && !_starting.Contains(slot));
        if (free is not null && !Stopping && !Over)
        {
            world.Stats.BegunBeside++;
            _fresh = true;
            StartSoon(free, 0);
        }
    }

    /// <summary>A process that is stopped is given up: another takes its name. It may wake up all the same.</summary>
    public void Replace(SimProcess stopped)
    {
        if (_current.GetValueOrDefault(stopped.Slot) == stopped && !Over && !Stopping)
        {
            stopped.Replaced = true;
            StartSoon(stopped.Slot, random.Between(10L, 500L));
        }
    }

    /// <summary>Another number of processors while the job runs: one comes, or one leaves, in peace or by dying, and is not replaced.</summary>
    public void Scale(SimRandom own)
    {
        var processors = _workerSlots.Where(static slot => RoleOf(slot) == Role.Processor).ToArray();
        if (Stopping || Over)
        {
            return;
        }

        if (processors.Length == 1 || (processors.Length < ProcessorsMost && own.PerMille(500)))
        {
            var slot = Enumerable.Range(0, ProcessorsMost).Select(static i => $"proc-{i}").First(slot => !processors.Contains(slot));
            _workerSlots.Add(slot);
            world.Stats.ScaledUp++;
            StartSoon(slot, own.Between(0L, 300L));
            return;
        }

        var gone = own.Pick(processors);
        _workerSlots.Remove(gone);
        world.Stats.ScaledDown++;
        if (_current.GetValueOrDefault(gone) is not WorkerProcess { Alive: true } worker)
        {
            return;
        }

        if (own.PerMille(500) && !worker.Stopped)
        {
            worker.Leave();
        }
        else
        {
            worker.Die("scaled down", machineDied: own.PerMille(150));
        }
    }

    /// <summary>Ctrl-C, and the command again, with another number of processors.</summary>
    public void RestartJob(JobRestart restart)
    {
        var leader = _alive.OfType<CoordinatorProcess>().LastOrDefault(static one => !one.Stopped);
        if (leader is null || Stopping || Over)
        {
            return;
        }

        Stopping = true;
        _restart = restart;
        world.Stats.Restarts++;
        leader.Stop();
        var askedMs = world.NowMs;
        world.Scheduler.After(StopMostMs, null, "stop's deadline", () =>
        {
            RequireOver(leader, askedMs);
            FinishStop();
        });
        world.Scheduler.After(100, null, "all have left?", AwaitLeft);
    }

    /// <summary>No more faults: everybody wakes up.</summary>
    public void EndFaults()
    {
        foreach (var process in _alive.ToArray())
        {
            process.Resume();
        }
    }

    // A stop that does not come to its cut is given up, where nobody has stopped the coordinator meanwhile.
    private void RequireOver(CoordinatorProcess leader, long askedMs)
    {
        if (Stopping && leader is { Alive: true, Stopped: false } && leader.StoppedAtMs < askedMs && leader.Status() is { State: not ("stopped" or "ended" or "failed") } status)
        {
            throw world.Fail($"{leader.Name} was told to stop {StopMostMs} ms ago and does not leave: {status}", OracleName.Liveness);
        }
    }

    private void AwaitLeft()
    {
        if (!Stopping)
        {
            return;
        }

        if (_alive.OfType<CoordinatorProcess>().Any())
        {
            world.Scheduler.After(100, null, "all have left?", AwaitLeft);
            return;
        }

        world.Scheduler.After(random.Between(0L, 2_000L), null, "stopped", FinishStop);
    }

    private void FinishStop()
    {
        if (!Stopping)
        {
            return;
        }

        foreach (var process in _alive.ToArray())
        {
            if (process.Stopped && world.Faulty && random.PerMille(500))
            {
                // It sleeps on a machine that nobody has looked at, and wakes up into a job that has been started anew.
                process.Replaced = true;
            }
            else
            {
                process.Die("left over after the stop", machineDied: false);
            }
        }

        Stopping = false;
        ChangedAtMs = world.NowMs;
        if (world.Job.Newest.Ended)
        {
            Over = true;
            return;
        }

        if (_restart == JobRestart.Wiped)
        {
            world.Stats.Wiped++;
            world.Store.Wipe();
        }

        _fresh = _restart == JobRestart.Fresh;
        var before = _processors;
        _processors = random.Between(1, 4);
        world.Stats.Rescaled += _processors != before ? 1 : 0;
        _current.Clear();
        Begin();
    }

    private void OnJobOver(CoordinatorProcess process)
    {
        if (Stopping)
        {
            return;
        }

        // An instance may end while another one is begun beside it.
        if (process.Status() is { } status && world.Job.Of(status.Instance) is { Ended: true } log && log != world.Job.Newest)
        {
            return;
        }

        if (!world.Job.Newest.Ended)
        {
            throw world.Fail($"{process.Name} exits 0, and neither has the job ended nor was it stopped");
        }

        Over = true;
    }

    // Who stops a job behind a cut has all outputs of that cut outside.
    private void RequirePaid(CoordinatorProcess process, string reason)
    {
        if (reason == "stopped" && process.Status() is { } status && world.Job.Of(status.Instance).Unpaid(status).FirstOrDefault() is { } owed)
        {
            throw world.Fail($"{process.Name} has stopped the job at cut {status.Cut}, and owes {owed.System} segment {owed.Index} of cut {owed.Cut}", OracleName.Output);
        }
    }

    private void EnsureCoordinator()
    {
        if (CoordinatorSlots.Any(slot => FindCoordinator(slot) is not null || _starting.Contains(slot)))
        {
            return;
        }

        StartSoon(random.Pick(CoordinatorSlots), random.Between(20L, random.PerMille(200) ? 4_000L : 500L));
    }

    private void StartSoon(string slot, long delayMs)
    {
        if (_starting.Add(slot))
        {
            world.Scheduler.After(delayMs, null, "start " + slot, () => Start(slot));
        }
    }

    private void Start(string slot)
    {
        _starting.Remove(slot);
        if (Over || Stopping || (_current.GetValueOrDefault(slot) is { Alive: true, Replaced: false })
            || !(CoordinatorSlots.Contains(slot) || _workerSlots.Contains(slot)))
        {
            return;
        }

        ChangedAtMs = world.NowMs;

        var incarnation = _incarnations.GetValueOrDefault(slot) + 1;
        _incarnations[slot] = incarnation;
        SimProcess process = CoordinatorSlots.Contains(slot)
            ? new CoordinatorProcess(world, slot, incarnation, Counted())
            : new WorkerProcess(world, slot, incarnation, _workerOptions with { Role = RoleOf(slot) }, process => SimGraphs.Create(world, process));
        if (process is CoordinatorProcess coordinator)
        {
            _coordinators.Add(process.Id, (coordinator, world.NowMs));
        }

        _current[slot] = process;
        _alive.Add(process);
        process.Begin();
    }

    private static Role RoleOf(string slot) => slot.StartsWith("source", StringComparison.Ordinal) ? Role.Source : Role.Processor;

    // Only the command itself begins anew; whoever takes over from its coordinator goes on.
    private CoordinatorOptions Counted()
    {
        var fresh = _fresh;
        _fresh = false;
        return (world.Profile.CountsGiven
            ? _coordinatorOptions with { Sources = world.Profile.SourceWorkers, Processors = _processors }
            : _coordinatorOptions) with
        { Fresh = fresh, ResumeFailed = _resumeFailed };
    }
}

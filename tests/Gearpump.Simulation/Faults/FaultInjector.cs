using Gearpump.Simulation.Core;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Processes;
using Gearpump.Simulation.Stores;

namespace Gearpump.Simulation.Faults;

/// <summary>Chooses what goes wrong next.</summary>
internal sealed class FaultInjector(SimWorld world, SimRandom random)
{
    private readonly List<(int Weight, string What, Action<SimRandom> Inflict)> _faults = [];

    private long _storeDownUntilMs;
    private long _storeSlowUntilMs;
    private long _outsideDownUntilMs;

    public void Begin()
    {
        var profile = world.Profile;
        _faults.AddRange(
        [
            (profile.CrashWeight, "a worker is killed", CrashWorker),
            (profile.CrashCoordinatorWeight, "a coordinator is killed", CrashCoordinator),
            (profile.TakeoverWeight, "a rival starts", _ => world.Launcher.StartRival()),
            (profile.StopWeight, "a process is stopped", StopSomebody),
            (profile.CutWeight, "a connection is cut", CutConnection),
            (profile.SilenceWeight, "a connection is silent", SilenceConnection),
            (profile.PartitionWeight, "machines are parted", PartMachines),
            (profile.RestartWeight, "the job is stopped and started", _ => world.Launcher.RestartJob(JobRestart.GoOn)),
            (profile.FreshWeight, "the job is begun anew", BeginAnew),
            (profile.LeaveWeight, "a worker is told to leave", AskToLeave),
            (profile.ScaleWeight, "the job is scaled", random => world.Launcher.Scale(random)),
            (profile.OutageWeight, "an outage", BeginOutage),
            (profile.SlowWeight, "something is slow", SlowSomething),
            (profile.ClockWeight, "a clock is set", SetClock),
            (profile.PowerWeight, "a power cut", CutPower),
        ]);
        if (_faults.Sum(static fault => fault.Weight) > 0)
        {
            Next();
        }
    }

    /// <summary>Nobody is answered by the store.</summary>
    public bool StoreIsDown => world.NowMs < _storeDownUntilMs;

    /// <summary>The store takes its time.</summary>
    public bool StoreIsSlow => world.NowMs < _storeSlowUntilMs;

    /// <summary>Nobody is answered by sources and outputs.</summary>
    public bool OutsideIsDown => world.NowMs < _outsideDownUntilMs;

    /// <summary>Stops a process now and wakes it after a while, short or long.</summary>
    public void StopFor(SimProcess process)
    {
        if (process.Stopped)
        {
            return;
        }

        process.Freeze();
        var pause = random.Below(3) switch
        {
            0 => random.Between(10L, 400L),
            1 => random.Between(400L, world.Profile.SilenceMs),
            _ => world.Profile.SilenceMs + random.Between(0L, 8_000L),
        };
        world.Disturbed(world.NowMs + pause);
        world.Scheduler.After(pause, null, "wake " + process.Name, process.Resume);
        if (random.PerMille(250))
        {
            world.Scheduler.After(random.Between(0L, pause), null, "give up " + process.Name, () => GiveUp(process));
        }
    }

    private void GiveUp(SimProcess process)
    {
        if (!process.Stopped || !process.Alive || !world.Faulty)
        {
            return;
        }

        if (process is CoordinatorProcess)
        {
            world.Launcher.StartRival();
        }

        world.Launcher.Replace(process);
    }

    private void Next() => world.Scheduler.After(random.Between(1L, 2 * world.Profile.FaultEveryMs), null, "fault", () =>
    {
        if (!world.Faulty)
        {
            return;
        }

        var draw = random.Below(_faults.Sum(static fault => fault.Weight));

        // A generator of its own for each fault, so that leaving one out does not change the next.
        var own = random.Fork();
        foreach (var (weight, what, inflict) in _faults)
        {
            if ((draw -= weight) < 0)
            {
                if (world.Strike(what))
                {
                    inflict(own);
                }

                break;
            }
        }

        Next();
    });

    private void CrashWorker(SimRandom own) => Crash(own, [.. world.Launcher.Alive.OfType<WorkerProcess>()]);

    private void CrashCoordinator(SimRandom own) => Crash(own, [.. world.Launcher.Alive.OfType<CoordinatorProcess>()]);

    private void Crash(SimRandom own, SimProcess[] candidates)
    {
        if (candidates.Length > 0)
        {
            world.Stats.Crashes++;
            own.Pick(candidates).Die("killed", machineDied: own.PerMille(world.Profile.MachinePerMille));
        }
    }

    private void AskToLeave(SimRandom own)
    {
        var workers = world.Launcher.Alive.OfType<WorkerProcess>().Where(static worker => !worker.Stopped).ToArray();
        if (workers.Length > 0)
        {
            own.Pick(workers).Leave();
        }
    }

    private void BeginAnew(SimRandom own)
    {
        if (own.PerMille(300))
        {
            world.Launcher.BeginAnewBeside();
            return;
        }

        world.Launcher.RestartJob(own.PerMille(500) ? JobRestart.Fresh : JobRestart.Wiped);
    }

    private void BeginOutage(SimRandom own)
    {
        var until = world.NowMs + own.Between(100L, 6_000L);
        world.Disturbed(until);
        if (own.PerMille(500))
        {
            world.Stats.StoreOutages++;
            _storeDownUntilMs = until;
        }
        else
        {
            world.Stats.OutsideOutages++;
            _outsideDownUntilMs = until;
        }
    }

    private void SlowSomething(SimRandom own)
    {
        world.Stats.Slow++;
        var until = world.NowMs + own.Between(500L, 8_000L);
        var workers = world.Launcher.Alive.OfType<WorkerProcess>().ToArray();
        if (workers.Length > 0 && own.PerMille(600))
        {
            // Cuts go on with a slow operator: that is nothing that they may wait for.
            own.Pick(workers).SlowUntil(until, own.Between(20, 400));
        }
        else
        {
            // What is on its way at the end takes as long as it would have taken.
            world.Disturbed(until + SimStorePort.SlowMostMs);
            _storeSlowUntilMs = until;
        }
    }

    private void SetClock(SimRandom own)
    {
        if (world.Launcher.Alive.Count > 0)
        {
            world.Stats.ClockJumps++;
            own.Pick(world.Launcher.Alive).SetWallClock(own.Between(-3_600_000L, 3_600_000L));
        }
    }

    private void CutPower(SimRandom own)
    {
        world.Stats.PowerCuts++;
        foreach (var process in world.Launcher.Alive.ToArray())
        {
            process.Die("power cut", machineDied: false);
        }
    }

    private void StopSomebody(SimRandom own)
    {
        if (world.Launcher.Alive.Count > 0)
        {
            StopFor(own.Pick(world.Launcher.Alive));
        }
    }

    private void CutConnection(SimRandom own)
    {
        if (world.Network.PickOpen() is not { } connection)
        {
            return;
        }

        world.Stats.CallsCut++;
        connection.Cut("simulated: connection reset", Told(own), Told(own));
    }

    private static long Told(SimRandom own) => own.PerMille(200) ? own.Between(1_000L, 8_000L) : own.Between(0L, 20L);

    private void SilenceConnection(SimRandom own)
    {
        if (world.Network.PickOpen() is not { } connection)
        {
            return;
        }

        world.Stats.CallsSilenced++;
        var which = own.Below(3);
        var until = SilentUntil(own);
        connection.Silence(which != 0, which != 1, until);
    }

    private void PartMachines(SimRandom own)
    {
        var slots = world.Launcher.Alive.Select(static process => process.Slot).Distinct().ToArray();
        if (slots.Length < 2)
        {
            return;
        }

        world.Stats.Partitions++;
        var inside = slots.Where(_ => own.PerMille(400)).ToHashSet(StringComparer.Ordinal);
        inside.Add(own.Pick(slots));
        var which = own.Below(3);
        var storeless = own.PerMille(300);
        world.Stats.OneWayPartitions += which < 2 ? 1 : 0;
        world.Stats.StorelessPartitions += storeless ? 1 : 0;
        world.Network.Part(new Partition(inside, which != 0, which != 1, storeless, SilentUntil(own)));
    }

    private long SilentUntil(SimRandom own)
    {
        var until = world.NowMs + (own.PerMille(500) ? own.Between(50L, world.Profile.SilenceMs) : own.Between(1_000L, 9_000L));
        world.Disturbed(until);
        return until;
    }
}

using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Faults;

/// <summary>Chooses what goes wrong next.</summary>
internal sealed class FaultInjector(SimWorld world, SimRandom random)
{
    private readonly List<(int Weight, Action Do)> _faults = [];

    private long _storeDownUntilMs;
    private long _outsideDownUntilMs;

    public void Begin()
    {
        var profile = world.Profile;
        _faults.AddRange(
        [
            (profile.CrashWeight, CrashWorker),
            (profile.CrashCoordinatorWeight, CrashCoordinator),
            (profile.TakeoverWeight, StartRival),
            (profile.StopWeight, StopSomebody),
            (profile.CutWeight, CutConnection),
            (profile.SilenceWeight, SilenceConnection),
            (profile.RestartWeight, world.Launcher.RestartJob),
            (profile.LeaveWeight, AskToLeave),
            (profile.OutageWeight, BeginOutage),
            (profile.ClockWeight, SetClock),
            (profile.PowerWeight, CutPower),
        ]);
        if (_faults.Sum(static fault => fault.Weight) > 0)
        {
            Next();
        }
    }

    /// <summary>Nobody is answered by the store.</summary>
    public bool StoreIsDown => world.NowMs < _storeDownUntilMs;

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
        foreach (var (weight, inflict) in _faults)
        {
            if ((draw -= weight) < 0)
            {
                inflict();
                break;
            }
        }

        Next();
    });

    private void CrashWorker() => Crash([.. world.Launcher.Alive.OfType<WorkerProcess>()]);

    private void CrashCoordinator() => Crash([.. world.Launcher.Alive.OfType<CoordinatorProcess>()]);

    private void Crash(SimProcess[] candidates)
    {
        if (candidates.Length > 0)
        {
            world.Stats.Crashes++;
            random.Pick(candidates).Die("killed", machineDied: random.PerMille(world.Profile.MachinePerMille));
        }
    }

    private void AskToLeave()
    {
        var workers = world.Launcher.Alive.OfType<WorkerProcess>().Where(static worker => !worker.Stopped).ToArray();
        if (workers.Length > 0)
        {
            random.Pick(workers).Leave();
        }
    }

    private void BeginOutage()
    {
        world.Stats.Outages++;
        var until = world.NowMs + random.Between(100L, 6_000L);
        if (random.PerMille(500))
        {
            _storeDownUntilMs = until;
        }
        else
        {
            _outsideDownUntilMs = until;
        }
    }

    private void SetClock()
    {
        if (world.Launcher.Alive.Count > 0)
        {
            world.Stats.ClockJumps++;
            random.Pick(world.Launcher.Alive).SetWallClock(random.Between(-3_600_000L, 3_600_000L));
        }
    }

    private void CutPower()
    {
        world.Stats.PowerCuts++;
        foreach (var process in world.Launcher.Alive.ToArray())
        {
            process.Die("power cut", machineDied: false);
        }
    }

    private void StartRival() => world.Launcher.StartRival();

    private void StopSomebody()
    {
        if (world.Launcher.Alive.Count > 0)
        {
            StopFor(random.Pick(world.Launcher.Alive));
        }
    }

    private void CutConnection()
    {
        if (world.Network.PickOpen() is not { } connection)
        {
            return;
        }

        world.Stats.CallsCut++;
        connection.Cut("simulated: connection reset", Told(), Told());
    }

    private long Told() => random.PerMille(200) ? random.Between(1_000L, 8_000L) : random.Between(0L, 20L);

    private void SilenceConnection()
    {
        if (world.Network.PickOpen() is not { } connection)
        {
            return;
        }

        world.Stats.CallsSilenced++;
        var which = random.Below(3);
        var until = world.NowMs + (random.PerMille(500) ? random.Between(50L, world.Profile.SilenceMs) : random.Between(1_000L, 9_000L));
        connection.Silence(which != 0, which != 1, until);
    }
}

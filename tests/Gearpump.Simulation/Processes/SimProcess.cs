using Gearpump.Engine.Ports;
using Gearpump.Simulation.Core;

namespace Gearpump.Simulation.Processes;

/// <summary>One operating-system process: lives, is stopped and woken, dies.</summary>
internal abstract class SimProcess : IMachineHost
{
    private readonly long _monotonicBaseMs;
    private long _wallBaseMs;
    private long _wakeAtMs = long.MaxValue;
    private long _aheadMs;
    private bool _working;

    protected SimProcess(SimWorld world, string slot, int incarnation)
    {
        World = world;
        Slot = slot;
        Name = $"{slot}#{incarnation}";
        Random = world.Random.Fork();
        Id = $"{Random.Next():x16}";
        _monotonicBaseMs = Random.Between(0L, 1_000_000L);
        _wallBaseMs = 1_790_000_000_000 + (Random.PerMille(300) ? Random.Between(-3_600_000L, 3_600_000L) : Random.Between(-200L, 200L));
    }

    public SimWorld World { get; }

    /// <summary>The name that stays when the process is replaced.</summary>
    public string Slot { get; }

    /// <summary>This incarnation, for people.</summary>
    public string Name { get; }

    /// <summary>The random id that it gives itself.</summary>
    public string Id { get; }

    public SimRandom Random { get; }

    public bool Alive { get; private set; } = true;

    public bool Stopped { get; private set; }

    public long StoppedAtMs { get; private set; }

    /// <summary>The sum of those times for which it was stopped so long that it has to notice it itself.</summary>
    public long LongStopsMs { get; private set; }

    /// <summary>How often its machine was called.</summary>
    public long Calls { get; private set; }

    /// <summary>Its place was given to another process while it was stopped.</summary>
    public bool Replaced { get; set; }

    /// <summary>What waits for it to wake up.</summary>
    public Queue<SimEvent> Missed { get; } = [];

    public long NowMs => _monotonicBaseMs + World.NowMs + _aheadMs;

    public long WallMs => _wallBaseMs + World.NowMs + _aheadMs;

    /// <summary>Nothing happens on its thread now: it is stopped, or user code is at work.</summary>
    public bool IsHeld => Stopped || _working;

    /// <summary>User code takes so long, in the midst of a step.</summary>
    public void Work(long ms)
    {
        World.Stats.SlowRecords += ms > 0 ? 1 : 0;
        _aheadMs += ms;
    }

    public abstract void Begin();

    /// <summary>An operator, or the time service, moves the wall clock.</summary>
    public void SetWallClock(long byMs) => _wallBaseMs += byMs;

    /// <summary>Something that the machine has asked for is there.</summary>
    public abstract void Answer(string what, Action answer);

    public ulong NextRandom() => Random.Next();

    public void WakeAt(long nowMs)
    {
        if (nowMs >= _wakeAtMs || !Alive)
        {
            return;
        }

        _wakeAtMs = nowMs;
        var late = Random.PerMille(20) ? Random.Between(0L, 60L) : Random.Between(0L, 2L);
        World.Scheduler.At(nowMs - _monotonicBaseMs + late, this, "wake", () => Wake(nowMs));
    }

    public virtual void Log(MachineLogLevel level, string message)
    {
        if (Alive)
        {
            World.Trace.Line(World.NowMs, Name, message);
            if (level == MachineLogLevel.Error && !World.Job.HasFailedFor(message))
            {
                // An error that a machine reports is one of its own, unless its job has failed, as the log says.
                World.Fail($"{Name} reports an error: {message}");
            }
        }
    }

    public void Failpoint(string name)
    {
        if (!Alive || !World.Faulty)
        {
            return;
        }

        // A coordinator passes far fewer of them than all the tasks do.
        var share = World.Profile.FailpointPerMille * (this is CoordinatorProcess ? 3 : 1);
        if (World.Strike($"{Name} dies at {name}", World.FaultRandom, share))
        {
            World.Stats.FailpointCrashes++;
            CountKilled(name);
            World.Note(this, $"dies at failpoint {name}");
            Die($"killed at {name}", machineDied: false);
            throw new SimulatedCrashException();
        }

        if (World.Strike($"{Name} is stopped at {name}", World.FaultRandom, name == "before-publish" ? share + World.Profile.StopBeforePublishPerMille : share))
        {
            World.Stats.FailpointStops++;
            World.Stats.StoppedBeforeManifest += name == "before-manifest" ? 1 : 0;
            World.Note(this, $"stopped at failpoint {name}");
            World.Faults.StopFor(this);
        }
    }

    private void CountKilled(string failpoint)
    {
        var stats = World.Stats;
        _ = failpoint switch
        {
            "before-snapshot" => stats.KilledBeforeSnapshot++,
            "after-snapshot" => stats.KilledAfterSnapshot++,
            "before-manifest" => stats.KilledBeforeManifest++,
            "after-manifest" => stats.KilledAfterManifest++,
            "before-publish" => stats.KilledBeforePublish++,
            "after-publish" => stats.KilledAfterPublish++,
            "rollback" => stats.KilledInRollback++,
            _ => throw World.Fail($"the simulator does not know failpoint '{failpoint}'"),
        };
    }

    /// <summary>An effect on the outside. A stopped process has it when it wakes up; a dead one never.</summary>
    protected void Effect(string label, Action effect)
    {
        if (!Alive)
        {
            return;
        }

        // Anywhere in the midst of a step: what it has done so far stands, and nothing behind it happens.
        if (World.Faulty && World.Profile.EffectPer100000 > 0 && World.FaultRandom.Below(100_000) < World.Profile.EffectPer100000
            && World.Strike($"{Name} dies before '{label}'"))
        {
            World.Stats.KilledInStep++;
            Die($"killed before '{label}'", machineDied: false);
            return;
        }

        if (Stopped)
        {
            Missed.Enqueue(new SimEvent(this, label, effect));
            return;
        }

        effect();
    }

    /// <summary>Calls the machine. What it throws is a bug of the machine.</summary>
    protected void Call(string what, Action call)
    {
        if (!Alive)
        {
            return;
        }

        Calls++;
        try
        {
            call();
        }
        catch (SimulatedCrashException)
        {
            World.Note(this, $"died in {what}");
        }
        catch (SimulationFailedException)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new SimulationFailedException($"{Name} threw in {what}: {e}", e);
        }
    }

    protected abstract void AdvanceMachine();

    public void Freeze()
    {
        Stopped = true;
        StoppedAtMs = World.NowMs;
        World.Stats.Stops++;
        World.Trace.Event(World.NowMs, Name, "STOPPED");
    }

    public void Resume()
    {
        if (!Alive || !Stopped)
        {
            return;
        }

        Stopped = false;
        var stoppedMs = World.NowMs - StoppedAtMs;
        LongStopsMs += stoppedMs > (World.Profile.SilenceMs / 4) + World.Profile.TickMs ? stoppedMs : 0;
        World.Trace.Event(World.NowMs, Name, "WOKEN");
        if (Replaced || World.NowMs - StoppedAtMs > World.Profile.SilenceMs)
        {
            World.Stats.Zombies++;
        }

        if (Replaced)
        {
            // No two live processes keep one name: the one that was given up is ended, a while after it has woken.
            World.Scheduler.After(Random.Between(0L, 3_000L), null, "end the replaced", () => Die("was replaced", machineDied: false));
        }

        CatchUp();
    }

    /// <summary>A step is over in which user code has taken its time: until that has passed nothing else happens on this thread.</summary>
    protected void FinishWork()
    {
        if (_aheadMs == 0 || !Alive)
        {
            return;
        }

        _working = true;
        World.Scheduler.After(_aheadMs, null, "has worked", () =>
        {
            _working = false;
            CatchUp();
        });
        _aheadMs = 0;
    }

    private void CatchUp()
    {
        if (!IsHeld)
        {
            var missed = Missed.ToArray();
            Missed.Clear();
            World.Scheduler.Replay(missed);
        }
    }

    /// <summary>Ends the process at once, with everything that it waits for.</summary>
    public void Die(string why, bool machineDied)
    {
        if (!Alive)
        {
            return;
        }

        Alive = false;
        World.Stats.MachinesDied += machineDied ? 1 : 0;
        Missed.Clear();
        World.Trace.Event(World.NowMs, Name, "DEAD");
        World.Note(this, why);
        World.Network.Gone(this, why, machineDied);
        World.Launcher.OnDied(this, machineDied);
    }

    private void Wake(long askedMs)
    {
        if (askedMs != _wakeAtMs)
        {
            return;
        }

        _wakeAtMs = long.MaxValue;
        AdvanceMachine();
    }
}

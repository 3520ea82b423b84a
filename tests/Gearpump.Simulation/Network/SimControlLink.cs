using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>A control stream between a worker and a coordinator. Messages are serialized, so that nobody shares an object.</summary>
internal sealed class SimControlLink : ISimConnection
{
    private readonly SimWorld _world;
    private readonly SimPipe _up;
    private readonly SimPipe _down;

    public SimControlLink(SimWorld world, long stream, WorkerProcess worker, CoordinatorProcess coordinator)
    {
        _world = world;
        Stream = stream;
        Worker = worker;
        Coordinator = coordinator;
        var random = world.Network.Random.Fork();
        var slowness = random.PerMille(100) ? 60 : 4;
        _up = new SimPipe(world, random, coordinator, slowness);
        _down = new SimPipe(world, random, worker, slowness);
        _up.Send("attach", Attached);
    }

    public long Stream { get; }

    public WorkerProcess Worker { get; }

    public CoordinatorProcess Coordinator { get; }

    public bool WorkerOpen { get; private set; } = true;

    public bool Opened { get; private set; }

    public bool CoordinatorOpen { get; private set; }

    public bool Open => WorkerOpen && Coordinator.Alive && Worker.Alive;

    public SimProcess From => Worker;

    public SimProcess To => Coordinator;

    public void SendUp(byte[] bytes)
    {
        const ulong Key = 1;
        if (_world.Network.Random.PerMille(300))
        {
            _up.Supersede(Key, lastOnly: true);
        }

        _up.Send("worker state", () => ArriveUp(bytes), Key);
    }

    public void SendDown(OpenCut? open, byte[] bytes)
    {
        var key = 1 + (open is not null ? (ulong)open.ClockMs * 4 + (open.Pause ? 2UL : 1UL) + (open.Cut << 32) : 0);
        if (_world.Network.Random.PerMille(300))
        {
            _down.Supersede(key, lastOnly: true);
        }

        _down.Send("coordinator state", () => ArriveDown(bytes), key);
    }

    /// <summary>The worker hangs up.</summary>
    public void CloseByWorker(string why)
    {
        WorkerOpen = false;
        _down.Drop();
        _up.Close("stream closed by worker", () => Detached(why), _world.Network.Random.Between(0L, 10L), lossy: true);
    }

    /// <summary>The coordinator hangs up.</summary>
    public void CloseByCoordinator(string why, bool forGood)
    {
        CoordinatorOpen = false;
        _up.Drop();
        _down.Close("stream closed by coordinator", () => Closed(why, forGood), _world.Network.Random.Between(0L, 10L), lossy: false);
    }

    public void Cut(string why, long firstToldMs, long secondToldMs)
    {
        _up.Close("stream cut", () => Detached(why), firstToldMs, lossy: true);
        _down.Close("stream cut", () => Closed(why, false), secondToldMs, lossy: true);
    }

    public void Silence(bool forward, bool back, long untilMs)
    {
        if (forward)
        {
            _up.Silence(untilMs);
        }

        if (back)
        {
            _down.Silence(untilMs);
        }
    }

    public void Lost(SimProcess gone, string why, long toldMs)
    {
        if (gone == Worker)
        {
            WorkerOpen = false;
            _down.Drop();
            _up.Close("worker lost", () => Detached(why), toldMs, lossy: true);
        }
        else
        {
            CoordinatorOpen = false;
            _up.Drop();
            _down.Close("coordinator lost", () => Closed(why, false), toldMs, lossy: true);
        }
    }

    private void Attached()
    {
        CoordinatorOpen = true;
        _down.Send("control opened", Answered);
        Coordinator.OnAttached(this);
    }

    private void Answered()
    {
        if (WorkerOpen)
        {
            Opened = true;
            Worker.OnControlOpened(this);
        }
    }

    private void ArriveUp(byte[] bytes)
    {
        if (CoordinatorOpen)
        {
            _world.Trace.Content(bytes);
            Coordinator.OnWorkerState(this, WorkerState.Parser.ParseFrom(bytes));
        }
    }

    private void ArriveDown(byte[] bytes)
    {
        if (WorkerOpen)
        {
            _world.Trace.Content(bytes);
            Worker.OnControlState(CoordinatorState.Parser.ParseFrom(bytes));
        }
    }

    private void Detached(string why)
    {
        if (CoordinatorOpen)
        {
            CoordinatorOpen = false;
            Coordinator.OnDetached(this, why);
        }
    }

    private void Closed(string why, bool forGood)
    {
        if (WorkerOpen)
        {
            WorkerOpen = false;
            Worker.OnControlClosed(this, why, forGood);
        }
    }
}

using Gearpump.Engine.Coordination;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Hosts;

/// <summary>A coordinator and its host.</summary>
internal sealed class CoordinatorHost : HostProcess, ICoordinatorHost
{
    private readonly CoordinationWorld _world;
    private readonly Coordinator _machine;
    private ClockReading _mirrored;

    public CoordinatorHost(CoordinationWorld world, string name, CoordinatorOptions options)
        : base(world, name)
    {
        _world = world;
        _machine = new Coordinator(options with { Writer = name, Address = name }, this);
    }

    public void Begin() => Enter(_machine.Start);

    public void OnAttached(long stream) => Enter(() => _machine.OnAttached(stream));

    public void OnWorkerState(long stream, WorkerState state) => Enter(() => _machine.OnWorkerState(stream, state));

    public void OnDetached(long stream) => Enter(() => _machine.OnDetached(stream));

    public void Send(long stream, CoordinatorState state) => _world.OnCoordinatorSends(this, stream, state);

    public void Close(long stream, string reason, bool forGood)
    {
        if (forGood)
        {
            World.Fail($"{Name} refuses a worker for good: {reason}");
        }

        _world.Control.CloseByCoordinator(this, stream);
    }

    public void MirrorClocks(ClockReading reading)
    {
        if (reading.MinClockMs < _mirrored.MinClockMs || reading.CheckpointClockMs < _mirrored.CheckpointClockMs)
        {
            World.Fail($"{Name} takes the clocks back from {_mirrored} to {reading}");
        }

        if (reading.CheckpointClockMs > reading.MinClockMs)
        {
            World.Fail($"{Name} has a checkpoint clock above the min clock: {reading}");
        }

        _mirrored = reading;
    }

    // The mirror has lost everything, always: whoever needs it, fails here.
    public void ReadMirror(Action<ClockReading?> answer) => Soon(() => answer(null));

    public void Exit(int code, string reason) => World.OnExit(this, code, reason);

    protected override void AdvanceMachine() => _machine.Advance();
}

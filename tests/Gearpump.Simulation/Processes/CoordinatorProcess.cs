using Gearpump.Engine;
using Gearpump.Engine.Coordination;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Oracles;
using Gearpump.Simulation.Stores;
using Google.Protobuf;

namespace Gearpump.Simulation.Processes;

/// <summary>A coordinator and its host.</summary>
internal sealed class CoordinatorProcess : SimProcess, ICoordinatorHost
{
    private readonly Coordinator _machine;
    private readonly Dictionary<long, SimControlLink> _links = [];
    private readonly TickOracle _ticks;
    private readonly NameOracle _names;
    private readonly LossOracle _losses;
    private readonly SimStorePort _store;
    private long _callsSeen;

    public CoordinatorProcess(SimWorld world, string slot, int incarnation, CoordinatorOptions template)
        : base(world, slot, incarnation)
    {
        _store = new SimStorePort(world, this);
        _ticks = new TickOracle(this);
        _names = new NameOracle(this, template.ReattachMs);
        _losses = new LossOracle(this, template.ReattachMs);
        OwedBytesMax = template.OwedBytesMax;
        MayResume = template.ResumeFailed;
        _machine = new Coordinator(template with { Writer = Id, Address = slot }, this);
    }

    public IStorePort Store => _store;

    /// <summary>It was started with the option that starts failed jobs again.</summary>
    public bool MayResume { get; }

    /// <summary>It has asked something of the log: a step of an append, perhaps.</summary>
    public bool AwaitsLog => _store.Pending > 0;

    /// <summary>Beyond this the sources are told to pause.</summary>
    public long OwedBytesMax { get; }

    public override void Begin() => Call("Start", _machine.Start);

    /// <summary>The user's stop.</summary>
    public void Stop() => Call("Stop", _machine.Stop);

    public JobStatus? Status()
    {
        JobStatus? status = null;
        Call("Status", () => status = _machine.Status());
        return status;
    }

    /// <summary>Its status, if anything has happened to it since this was last asked for.</summary>
    public JobStatus? NewStatus()
    {
        if (Calls == _callsSeen)
        {
            return null;
        }

        var status = Status();
        _callsSeen = Calls;
        if (status is not null)
        {
            _losses.Observe(status);
        }

        return status;
    }

    public void OnAttached(SimControlLink link)
    {
        _links[link.Stream] = link;
        Call("OnAttached", () => _machine.OnAttached(link.Stream));
    }

    public void OnWorkerState(SimControlLink link, WorkerState state)
    {
        if (World.Trace.Recording)
        {
            World.Note(this, $"{link.Worker.Name} -> {SimText.Short(state)}");
        }

        Call("OnWorkerState", () => _machine.OnWorkerState(link.Stream, state));
        if (_links.ContainsKey(link.Stream))
        {
            _losses.Heard(link);
            _names.Accepted(link, state);
        }
        else
        {
            _names.Heard(link, state);
        }
    }

    public void OnDetached(SimControlLink link, string why)
    {
        if (_links.Remove(link.Stream))
        {
            World.Note(this, $"{link.Worker.Name} detached: {why}");
            _names.Detached(link);
            _losses.Detached(link);
            Call("OnDetached", () => _machine.OnDetached(link.Stream));
        }
    }

    public void Send(long stream, CoordinatorState state)
    {
        _ticks.Sends(state);
        RequireReleased(stream, state);
        RequireFailed(state);
        RequireTerm(state);
        var open = state.OpenCut?.Clone();
        if (open is not null)
        {
            World.Job.Of(state.Instance).Cuts.Opened((long)state.Epoch, (long)open.Cut, open.ClockMs);
        }

        var bytes = state.ToByteArray();
        Effect("send state", () =>
        {
            if (_links.TryGetValue(stream, out var link))
            {
                link.SendDown(open, bytes);
            }
        });
    }

    public void Close(long stream, string reason, bool forGood) => Effect("close stream", () =>
    {
        if (_links.Remove(stream, out var link))
        {
            _names.Detached(link);
            _losses.Detached(link);
            link.CloseByCoordinator(reason, forGood);
        }
    });

    public void MirrorClocks(ClockReading reading)
    {
        World.Clocks.Mirrored(this, reading);
        Effect("mirror", () => World.Mirror.Write(reading));
    }

    public void ReadMirror(Action<ClockReading?> answer) =>
        Effect("read mirror", () => World.Mirror.Read(this, reading =>
        {
            _ticks.Read(reading);
            Call("mirror's answer", () => answer(reading));
        }));

    public void Exit(int code, string reason) => Effect("exit", () =>
    {
        World.Note(this, $"exits {code}: {reason}");
        World.Launcher.OnCoordinatorExit(this, code, reason);
        Die($"exit {code}", machineDied: false);
    });

    // A worker that was told to stop is let go behind a planned change: not while the epoch that names it runs.
    private void RequireReleased(long stream, CoordinatorState state)
    {
        if (state is { Leave: true, Run: true } && _links.TryGetValue(stream, out var link)
            && World.Job.Of(state.Instance) is var log && log.Epoch == (long)state.Epoch && log.IsAssigned(link.Worker.Id))
        {
            throw World.Fail($"{Name} lets {link.Worker.Name} go, and epoch {state.Epoch} runs on it", OracleName.Members);
        }
    }

    // That a job has failed is told behind its log only: in the epoch that the coordinator knows, it has.
    private void RequireFailed(CoordinatorState state)
    {
        if ((state.ExitCode == 1 || state.Failed.Length > 0) && state.ExitCode != ExitCodes.Fenced && !World.Job.Of(state.Instance).Budget.HasFailedIn(state.Epoch))
        {
            throw World.Fail($"{Name} says in epoch {state.Epoch} that the job has failed, and its log does not: {state.Failed}", OracleName.JobFailed);
        }
    }

    // It decides in its own term. In that of another it says only how the job has come to its end; and who has its successor's name has no say.
    private void RequireTerm(CoordinatorState state)
    {
        var log = World.Job.Of(state.Instance);
        if ((state.Run || state.Leave) && state.ExitCode != ExitCodes.Fenced && !log.Ended && !log.Budget.HasFailedIn(state.Epoch) && !log.IsTermOf(state.Term, Id))
        {
            throw World.Fail($"{Name} decides in term {state.Term}, which is another's", OracleName.Epochs);
        }
    }

    public override void Log(MachineLogLevel level, string message)
    {
        base.Log(level, message);
        if (Alive && message.StartsWith("rollback of epoch ", StringComparison.Ordinal))
        {
            _losses.RollsBack(message);
        }
    }

    protected override void AdvanceMachine() => Call("Advance", _machine.Advance);

    public override void Answer(string what, Action answer) => Call(what, answer);
}

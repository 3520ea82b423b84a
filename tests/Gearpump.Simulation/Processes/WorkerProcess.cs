using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Oracles;
using Gearpump.Simulation.Stores;
using Gearpump.Sources;
using Google.Protobuf;

namespace Gearpump.Simulation.Processes;

/// <summary>A worker and its host.</summary>
internal sealed class WorkerProcess : SimProcess, IWorkerHost
{
    private const long LeaveMostMs = 25_000;
    private readonly Worker _machine;
    private readonly ControlDialer _control;
    private readonly WorkerOutside _outside;
    private readonly Dictionary<long, SimDataCall> _calls = [];
    private readonly HashSet<long> _dialling = [];
    private readonly CreditOracle _credit;
    private readonly WatermarkOracle _watermarks;
    private readonly ReachOracle _reach;
    private bool _stepping;
    private long _term;
    private long _slowUntilMs;
    private int _slowMs;

    public WorkerProcess(SimWorld world, string slot, int incarnation, WorkerOptions template, Func<WorkerProcess, JobGraph> graph)
        : base(world, slot, incarnation)
    {
        Address = world.Profile.NewAddresses ? $"{slot}:{incarnation}" : slot;
        Role = template.Role;
        Store = new SimStorePort(world, this);
        _control = new ControlDialer(world, this);
        _credit = new CreditOracle(this);
        _watermarks = new WatermarkOracle(this);
        _reach = new ReachOracle(this);
        Acks = new AckOracle(this);
        Buffers = new BufferOracle(this, template.BatchRecords, template.UploadBytesMax);
        Pauses = new PauseOracle(this);
        _outside = new WorkerOutside(world, this);
        _machine = new Worker(template with { Name = slot, Process = Id, Address = Address }, graph(this), NoServices.Instance, this);
    }

    public string Address { get; }

    /// <summary>As its states say.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>As its states say.</summary>
    public long Epoch { get; private set; }

    /// <summary>Both.</summary>
    public JobEpoch JobEpoch => new(Instance, Epoch);

    /// <summary>The first epoch of its instance in which it had a part, as far as it has said so; 0: none yet.</summary>
    public long FirstEpoch { get; private set; }

    public Role Role { get; }

    public AckOracle Acks { get; }

    public BufferOracle Buffers { get; }

    public PauseOracle Pauses { get; }

    public IStorePort Store { get; }

    public override void Begin()
    {
        Enter("Start", _machine.Start);
        _control.Dial();
    }

    /// <summary>It was told to stop.</summary>
    public bool Leaving { get; private set; }

    public void Leave()
    {
        Leaving = true;
        // It may be the only one of its role, and is replaced when it has left.
        World.Disturbed(World.NowMs + LeaveMostMs);
        Enter("Leave", _machine.Leave);
    }

    /// <summary>Until then each step takes so long: a slow operator, or a machine that others use.</summary>
    public void SlowUntil(long untilMs, int stepMs) => (_slowUntilMs, _slowMs) = (untilMs, stepMs);

    public void OnControlOpened(SimControlLink link)
    {
        if (_control.Opened(link))
        {
            Enter("OnControlOpened", _machine.OnControlOpened);
        }
    }

    public void OnControlState(CoordinatorState state)
    {
        if (World.Trace.Recording)
        {
            World.Note(this, $"coordinator -> {SimText.Short(state)}");
        }

        Pauses.Told(state);
        Enter("OnControlState", () => _machine.OnControlState(state));
    }

    public void OnControlClosed(SimControlLink link, string why, bool forGood)
    {
        World.Note(this, $"control stream closed: {why}");
        if (forGood)
        {
            Exit(78, why);
            return;
        }

        if (_control.Closed(link))
        {
            Enter("OnControlClosed", () => _machine.OnControlClosed(why));
        }
    }

    public void SendControl(WorkerState state)
    {
        if (state.Instance != Instance)
        {
            // Terms and epochs compare within an instance only.
            (Instance, _term, Epoch, FirstEpoch) = (state.Instance, 0, 0, 0);
        }

        if ((long)state.Term < _term || (long)state.Epoch < Epoch)
        {
            throw World.Fail($"{Name} goes back from term {_term}, epoch {Epoch} to term {state.Term}, epoch {state.Epoch}");
        }

        (_term, Epoch) = ((long)state.Term, (long)state.Epoch);
        FirstEpoch = FirstEpoch == 0 && state.Phase > WorkerPhase.Idle ? Epoch : FirstEpoch;
        if (state.HighestCut > 0)
        {
            World.Job.Of(Instance).Cuts.Met(Name, Epoch, (long)state.HighestCut, state.HighestCutClockMs);
        }

        _reach.Says(state);
        var bytes = state.ToByteArray();
        Effect("send control", () => _control.Current?.SendUp(bytes));
    }

    public void ReconnectControl(string why) => Effect("reconnect control", () =>
    {
        World.Note(this, $"reconnects: {why}");
        _control.Reconnect(why);
    });

    public void Dial(long call, string address, HelloInfo hello)
    {
        _dialling.Add(call);
        _credit.Dialled(call, new JobEpoch(hello.Instance, hello.Epoch));
        _watermarks.Dialled(call, new JobEpoch(hello.Instance, hello.Epoch));
        _reach.Dialled(call, hello);
        Buffers.Dialled(call, new JobEpoch(hello.Instance, hello.Epoch));
        Effect("dial", () => World.Scheduler.After(Random.Between(0L, 8L), this, "dial", () => Connect(call, address, hello)));
    }

    public void SendFrame(long call, in Frame frame)
    {
        _credit.SentFrame(call, frame);
        _watermarks.SentFrame(call, frame);
        Buffers.SentFrame(call, frame);
        var copy = frame with { Payload = frame.Payload.ToArray() };
        Effect("send frame", () =>
        {
            if (_calls.TryGetValue(call, out var open))
            {
                open.SendFrame(copy);
            }
        });
    }

    public void SendFeedback(long call, in Feedback feedback)
    {
        Acks.Acknowledges(call, feedback);
        var copy = feedback;
        Effect("send feedback", () =>
        {
            if (_calls.TryGetValue(call, out var open))
            {
                open.SendFeedback(copy);
            }
        });
    }

    public void CloseCall(long call, string reason) => Effect("close call", () =>
    {
        World.Note(this, $"closes call {call}: {reason}");
        _dialling.Remove(call);
        if (!_calls.Remove(call, out var open))
        {
            return;
        }

        if (call > 0)
        {
            open.CloseByDialer(reason);
        }
        else
        {
            open.CloseByReceiver(reason);
        }
    });

    public void Register(SimDataCall call) => _calls[call.Inbound] = call;

    public HelloVerdict? OnHello(long call, HelloInfo hello)
    {
        HelloVerdict? verdict = null;
        Acks.Called(call, new JobEpoch(hello.Instance, hello.Epoch));
        Enter("OnHello", () => verdict = _machine.OnHello(call, hello));
        if (World.Trace.Recording)
        {
            World.Note(this, $"hello of {hello.Sender} in epoch {hello.Epoch}: {verdict?.Kind} {verdict?.Reason}");
        }

        if (verdict is not { Kind: HelloVerdictKind.Accepted })
        {
            _calls.Remove(call);
        }

        return verdict;
    }

    public void OnFrame(long call, in Frame frame)
    {
        var copy = frame;
        Enter("OnFrame", () => _machine.OnFrame(call, copy));
    }

    public void OnCallAccepted(long call, IReadOnlyList<Feedback> resume)
    {
        if (World.Trace.Recording)
        {
            World.Note(this, $"call {call} accepted: {string.Join(' ', resume)}");
        }

        foreach (var feedback in resume)
        {
            _credit.Heard(call, feedback);
        }

        Buffers.Accepted(call, resume.Select(static feedback => feedback.Channel));
        _reach.Accepted(call);
        Enter("OnCallAccepted", () => _machine.OnCallAccepted(call, resume));
    }

    public void OnFeedback(long call, in Feedback feedback)
    {
        var copy = feedback;
        _credit.Heard(call, feedback);
        Enter("OnFeedback", () => _machine.OnFeedback(call, copy));
    }

    public void OnCallClosed(long call, CallEnd end, string reason)
    {
        _calls.Remove(call);
        World.Note(this, $"call {call} closed ({end}): {reason}");
        CallClosed(call, end, reason);
    }

    public void Run<T>(Func<T> work, Action<T?, string?> answer) => Effect("run", () => _outside.Run(work, answer));

    public void ListSplits(ITimeReplayableSource source, Action<IReadOnlyList<SourceSplit>?, string?, bool> answer) =>
        Effect("list splits", () => _outside.ListSplits(source, answer));

    public void OpenSplit(ITimeReplayableSource source, SourceSplit split, SourcePosition position, Action<ISplitReader?, string?, bool> answer) =>
        Effect("open split", () => _outside.OpenSplit(source, split, position, answer));

    public void WaitForRecords(ISplitReader reader, Action answer) => Effect("wait for records", () => _outside.WaitForRecords(reader, answer));

    public void CloseSplit(ISplitReader reader) => Effect("close split", () => _outside.CloseSplit(reader));

    public void OpenDirect(IOutput output, DirectWriterId id, Action<IDirectWriter?, string?> answer) =>
        Effect("open direct", () => _outside.OpenDirect(output, id, answer));

    public void AppendDirect(IDirectWriter writer, ReadOnlyMemory<byte> segment, Action<string?> answer) =>
        Effect("append direct", () => _outside.AppendDirect(writer, segment, answer));

    public void CloseDirect(IDirectWriter writer) => Effect("close direct", () => _outside.CloseDirect(writer));

    public void OpenSession(IOutput output, PublisherId publisher, Action<IPublishSession?, string?> answer) =>
        Effect("open session", () => _outside.OpenSession(output, publisher, answer));

    public void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer) =>
        Effect("read marker", () => _outside.ReadMarker(session, answer));

    public void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) =>
        Effect("publish", () => _outside.Publish(session, segments, marker, answer));

    public void CloseSession(IPublishSession session) => Effect("close session", () => _outside.CloseSession(session));

    public void Remember(string key, ReadOnlyMemory<byte> bytes) => _outside.Remember(key, bytes);

    public void Exit(int code, string reason) => Effect("exit", () =>
    {
        World.Note(this, $"exits {code}: {reason}");
        World.Launcher.OnWorkerExit(this, code, reason);
        Die($"exit {code}", machineDied: false);
    });

    /// <summary>The machine is called, and steps for as long as it has work.</summary>
    public override void Answer(string what, Action answer) => Enter(what, answer);

    protected override void AdvanceMachine() => Enter("Advance", _machine.Advance);

    private void Enter(string what, Action call)
    {
        Call(what, call);
        ScheduleStep();
    }

    private void CallClosed(long call, CallEnd end, string reason)
    {
        _reach.Closed(call, end);
        Enter("OnCallClosed", () => _machine.OnCallClosed(call, end, reason));
    }

    private void ScheduleStep()
    {
        if (_stepping || !Alive)
        {
            return;
        }

        _stepping = true;
        var delay = Random.PerMille(20) ? Random.Between(0L, 40L) : Random.Between(0L, 1L);
        delay += World.NowMs < _slowUntilMs ? _slowMs : 0;
        World.Scheduler.After(delay, this, "step", Step);
    }

    private void Step()
    {
        _stepping = false;
        var more = false;
        Call("Step", () => more = _machine.Step());
        FinishWork();
        if (more)
        {
            ScheduleStep();
        }
    }

    private void Connect(long call, string address, HelloInfo hello)
    {
        if (!_dialling.Remove(call))
        {
            return;
        }

        var receiver = World.Launcher.FindWorker(address);
        if (receiver is null)
        {
            CallClosed(call, CallEnd.Broken, $"nobody listens at {address}");
            return;
        }

        var opened = new SimDataCall(World, call, -World.Network.NextNumber(), this, receiver, hello);
        _calls[call] = opened;
        World.Network.Add(opened);
        World.Scheduler.After(3_000, this, "dial deadline", () =>
        {
            if (opened.DialerOpen && !opened.Accepted && _calls.Remove(call))
            {
                opened.CloseByDialer("the hello was not answered in time");
                CallClosed(call, CallEnd.Broken, "the hello was not answered in time");
            }
        });
    }
}

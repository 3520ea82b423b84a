using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Search.Graphs;
using Gearpump.Search.Worlds;
using Gearpump.Sources;

namespace Gearpump.Search.Hosts;

/// <summary>A worker and its host. It is also the services that its chains are made with: so they find their world in every copy.</summary>
internal sealed class WorkerHost : HostProcess, IWorkerHost, IServiceProvider
{
    private readonly Worker _machine;
    private int _streams;
    private int _inbounds;
    private readonly List<(SearchReader Reader, Action Answer)> _waiting = [];

    public WorkerHost(HostedWorld world, string name, WorkerOptions options, JobGraph graph)
        : base(world, name)
    {
        Slot = options.Name;
        Role = options.Role;
        _machine = new Worker(options with { Process = name, Address = name }, graph, this, this);
    }

    public string Slot { get; }

    /// <summary>Numbers are each worker's own: in which order two of them dial makes no other state.</summary>
    public long NextStream() => (Index * 1_000L) + ++_streams;

    /// <summary>Of a call that is dialled, as its receiver numbers it.</summary>
    public long NextInbound() => -((Index * 1_000L) + ++_inbounds);

    public Role Role { get; }

    /// <summary>Something has happened since the machine last said that it had nothing to do.</summary>
    public bool WantsStep { get; private set; }

    public void Begin() => Enter(_machine.Start);

    public override void Enter(Action call)
    {
        WantsStep = true;
        base.Enter(call);
    }

    public void Step()
    {
        var more = false;
        base.Enter(() => more = _machine.Step());
        WantsStep = more;
    }

    public override void Die()
    {
        base.Die();
        WantsStep = false;
        _waiting.Clear();
    }

    public void OnControlOpened() => Enter(_machine.OnControlOpened);

    public void OnControlState(CoordinatorState state) => Enter(() => _machine.OnControlState(state));

    public void OnControlClosed(string why) => Enter(() => _machine.OnControlClosed(why));

    public HelloVerdict? OnHello(long call, HelloInfo hello)
    {
        HelloVerdict? verdict = null;
        Enter(() => verdict = _machine.OnHello(call, hello));
        return verdict;
    }

    public void OnFrame(long call, Frame frame) => Enter(() => _machine.OnFrame(call, frame));

    public void OnCallAccepted(long call, IReadOnlyList<Feedback> resume) => Enter(() => _machine.OnCallAccepted(call, resume));

    public void OnFeedback(long call, Feedback feedback) => Enter(() => _machine.OnFeedback(call, feedback));

    public void OnCallClosed(long call, CallEnd end, string reason) => Enter(() => _machine.OnCallClosed(call, end, reason));

    public void SendControl(WorkerState state) => World.OnSendControl(this, state);

    public void ReconnectControl(string why) => World.OnReconnect(this, why);

    public void Dial(long call, string address, HelloInfo hello) => Soon(() => World.Network.Connect(this, call, address, hello));

    public void SendFrame(long call, in Frame frame) => World.Network.SendFrame(this, call, frame with { Payload = frame.Payload.ToArray() });

    public void SendFeedback(long call, in Feedback feedback) => World.Network.SendFeedback(this, call, feedback);

    public void CloseCall(long call, string reason) => World.Network.Close(this, call);

    public void Run<T>(Func<T> work, Action<T?, string?> answer) => Soon(() => answer(work(), null));

    public void ListSplits(ITimeReplayableSource source, Action<IReadOnlyList<SourceSplit>?, string?, bool> answer) =>
        Soon(() => answer(((SearchSource)source).Splits, null, false));

    public void OpenSplit(ITimeReplayableSource source, SourceSplit split, SourcePosition position, Action<ISplitReader?, string?, bool> answer) =>
        Soon(() => answer(new SearchReader(World, split, position), null, false));

    public void WaitForRecords(ISplitReader reader, Action answer) => _waiting.Add(((SearchReader)reader, answer));

    public void CloseSplit(ISplitReader reader) => _waiting.RemoveAll(waits => waits.Reader == reader);

    /// <summary>When a reader that waits has records again.</summary>
    public long RecordsAtMs => _waiting.Count == 0 ? long.MaxValue : _waiting.Min(waits => waits.Reader.NextAtMs);

    /// <summary>Tells the readers whose records are there.</summary>
    public bool TellReaders()
    {
        var due = _waiting.FindAll(waits => waits.Reader.NextAtMs <= NowMs);
        _waiting.RemoveAll(waits => waits.Reader.NextAtMs <= NowMs);
        due.ForEach(waits => Enter(waits.Answer));
        return due.Count > 0;
    }

    public void OpenDirect(IOutput output, DirectWriterId id, Action<IDirectWriter?, string?> answer) => throw new NotSupportedException();

    public void AppendDirect(IDirectWriter writer, ReadOnlyMemory<byte> segment, Action<string?> answer) => throw new NotSupportedException();

    public void CloseDirect(IDirectWriter writer) => throw new NotSupportedException();

    public void OpenSession(IOutput output, PublisherId publisher, Action<IPublishSession?, string?> answer) => World.OnOpenSession(this, answer);

    public void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer) => World.OnReadMarker(this, (SearchSession)session, answer);

    public void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) =>
        World.OnPublish(this, (SearchSession)session, segments, marker, answer);

    public void CloseSession(IPublishSession session)
    {
    }

    public void Remember(string key, ReadOnlyMemory<byte> bytes)
    {
    }

    public void Exit(int code, string reason) => World.OnExit(this, code, reason);

    public object? GetService(Type serviceType) => serviceType == typeof(HostedWorld) ? World : null;

    protected override void AdvanceMachine() => _machine.Advance();
}

using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Search.Exploration;
using Gearpump.Search.Graphs;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>
/// Real workers, their real tasks and channels, under a scripted control. Choices are: when a source hears the next tick and
/// when it reads a record, when a frame or a feedback arrives, when a linger is over, which call is cut where, and when each
/// end learns of it. Done at once, because nothing new comes of doing it later:
/// a processor's step, for what it would find later may as well arrive later;
/// reports to the control, for no channel waits for them; uploads, for the state is frozen before; redialling.
/// Time stands still: a timer is one of the choices, or fires at once.
/// </summary>
internal sealed class ChannelWorld : HostedWorld
{
    private const long NeverMs = 1_000_000_000;
    private readonly ChannelBounds _bounds;
    private readonly ScriptedControl _control;
    private readonly Dictionary<string, Queue<CoordinatorState>> _ticks = new(StringComparer.Ordinal);
    private readonly List<long> _frozen = [];
    private long _processed;
    private int _breaks;
    private long _timeMs;

    public ChannelWorld(ChannelBounds bounds)
    {
        _bounds = bounds;
        _breaks = bounds.Breaks;
        foreach (var stage in bounds.Graph.Stages)
        {
            Add(new WorkerHost(this, stage.Name.ToUpperInvariant(), new WorkerOptions
            {
                Job = SearchGraphs.Job,
                Name = stage.Name,
                Process = "",
                Address = "",
                Role = stage.Source is null ? Role.Processor : Role.Source,
                HeartbeatMs = NeverMs,
                LingerMs = bounds.Lingers ? 0 : NeverMs,
                BatchBytes = 64,
                BatchRecords = bounds.BatchRecords,
                CreditRecords = bounds.CreditRecords,
            }, bounds.Graph));
        }

        _control = new ScriptedControl(Store, bounds.Graph, Workers.First());
        Begin();
    }

    public override bool IsTerminal => _control.Committed == _bounds.Cuts && _control.Open is null
        && _processed == Expected(_ => _bounds.Records) && _ticks.Values.All(ticks => ticks.Count == 0)
        && Network.Calls.All(call => !call.HasDownward && !call.HasUpward && !call.IsBroken);

    public override long NowMs => _timeMs;

    private bool IsTickDue => _control.Tick == 0 || (_control.Open is null && _control.Committed < _bounds.Cuts);

    private IEnumerable<WorkerHost> Workers => Processes.Cast<WorkerHost>();

    public override long RecordAtMs(long index) => 0;

    public override void Choices(List<Choice> into)
    {
        for (var at = 0; at < Processes.Count; at++)
        {
            var worker = (WorkerHost)Processes[at];
            if (worker.Role == Role.Source && (_ticks[worker.Slot].Count > 0 || IsTickDue))
            {
                into.Add(Of(ChannelChoice.Hear, at));
            }

            if (worker.WantsStep)
            {
                into.Add(Of(ChannelChoice.Step, at));
            }

            if (_bounds.Lingers && worker.WakeAtMs <= 0)
            {
                into.Add(Of(ChannelChoice.Linger, at));
            }
        }

        for (var at = 0; at < Network.Calls.Count; at++)
        {
            CallChoices(at, into);
        }
    }

    public override void Take(Choice choice)
    {
        switch ((ChannelChoice)choice.Kind)
        {
            case ChannelChoice.Hear:
                var hearer = (WorkerHost)Processes[choice.A];
                if (_ticks[hearer.Slot].Count == 0)
                {
                    HandOutTick();
                }

                hearer.OnControlState(_ticks[hearer.Slot].Dequeue());
                break;
            case ChannelChoice.Step:
                ((WorkerHost)Processes[choice.A]).Step();
                break;
            case ChannelChoice.Linger:
                Processes[choice.A].Wake();
                break;
            case ChannelChoice.Down:
                Network.DeliverDown(Network.Calls[choice.A]);
                break;
            case ChannelChoice.Up:
                Network.DeliverUp(Network.Calls[choice.A]);
                break;
            case ChannelChoice.Break:
                _breaks--;
                Network.Break(Network.Calls[choice.A]);
                break;
            case ChannelChoice.TellDialer or ChannelChoice.TellReceiver:
                Network.Tell(Network.Calls[choice.A], (ChannelChoice)choice.Kind == ChannelChoice.TellDialer);
                break;
        }

        Settle();
    }

    public override string Describe(Choice choice) => (ChannelChoice)choice.Kind switch
    {
        ChannelChoice.Hear => $"{Processes[choice.A].Name} hears {(_ticks[((WorkerHost)Processes[choice.A]).Slot].TryPeek(out var state) ? $"tick {state.TickMs}{Cut(state)}" : $"tick {_control.Tick + 1}, which nobody heard before")}",
        ChannelChoice.Step => $"{Processes[choice.A].Name} steps",
        ChannelChoice.Linger => $"{Processes[choice.A].Name} flushes",
        ChannelChoice.Down => $"{Network.Calls[choice.A]} delivers {Short(Network.Calls[choice.A].Frames.Peek())}",
        ChannelChoice.Up => $"{Network.Calls[choice.A]} delivers back {(Network.Calls[choice.A].Answer is null ? Network.Calls[choice.A].Feedbacks[0].ToString() : "the answer to its hello")}",
        ChannelChoice.Break => $"{Network.Calls[choice.A]} is cut, with what is on its way",
        ChannelChoice.TellDialer => $"{Network.Calls[choice.A].Dialer.Name} learns that {Network.Calls[choice.A]} is cut",
        _ => $"{Network.Calls[choice.A].Receiver.Name} learns that {Network.Calls[choice.A]} is cut",
    };

    public override string Summary() =>
        $"tick {_control.Tick}, cut {_control.Committed} committed, {(_control.Open is { } open ? $"cut {open.Cut} open" : "none open")}, "
        + $"{_processed} of {Expected(_ => _bounds.Records)} records processed, calls: {string.Join(' ', Network.Calls.Select(call => $"{call}:{call.Frames.Count}/{call.Feedbacks.Count}"))}";

    public override void OnCreate(HostProcess process, StoredObject item, Action<PutResult> answer) => AnswerCreate(process, item, answer);

    public override void OnList(HostProcess process, string prefix, string? after, Action<ListResult> answer) => AnswerList(process, prefix, after, answer);

    public override void OnSendControl(WorkerHost worker, WorkerState state)
    {
        if (_control.Hear(state.Clone(), CheckCut) is { } wrong)
        {
            Fail(wrong);
        }
    }

    public override void OnReconnect(WorkerHost worker, string why) => Fail($"{worker.Name} gives its control stream up: {why}");

    public override void OnExit(HostProcess process, int code, string reason) => Fail($"{process.Name} leaves with {code}: {reason}");

    public override void OnOpenSession(WorkerHost worker, Action<IPublishSession?, string?> answer) => throw new NotSupportedException();

    public override void OnReadMarker(WorkerHost worker, SearchSession session, Action<PublishMarker?, string?> answer) => throw new NotSupportedException();

    public override void OnPublish(WorkerHost worker, SearchSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) => throw new NotSupportedException();

    // Of a cut at T: the records below T before it, all others behind it.
    public override void OnProcessed(string task, ReadOnlySpan<byte> record, long clockMs)
    {
        _processed++;
        var clocks = _control.Clocks;
        if (_frozen.Count > 0 && clockMs < clocks[_frozen.Count - 1])
        {
            Fail($"record {System.Text.Encoding.ASCII.GetString(record)} of clock {clockMs} is counted behind cut {_frozen.Count} at {clocks[_frozen.Count - 1]}");
        }
        else if (clocks.Count > _frozen.Count && clockMs >= clocks[_frozen.Count])
        {
            Fail($"record {System.Text.Encoding.ASCII.GetString(record)} of clock {clockMs} is counted before cut {_frozen.Count + 1} at {clocks[_frozen.Count]}");
        }
    }

    public override void OnFrozen(string task, long count) => _frozen.Add(count);

    protected override bool SettleMore()
    {
        var any = false;
        foreach (var worker in Workers)
        {
            while (worker is { Role: Role.Processor, WantsStep: true })
            {
                worker.Step();
                any = true;
            }

            // Time moves for this timer alone, and stands still again.
            if (worker.WakeAtMs is > 0 and < NeverMs)
            {
                _timeMs = worker.WakeAtMs;
                worker.Wake();
                _timeMs = 0;
                any = true;
            }
        }

        return any;
    }

    // The state at the cut is that of the positions at the cut, no more and no less.
    private string? CheckCut(IReadOnlyList<CutPart> parts)
    {
        var read = parts.SelectMany(part => part.Positions).ToDictionary(position => position.Stage, position => BitConverter.ToInt64(position.Position.Span));
        var expected = Expected(stage => read[stage]);
        return _frozen[^1] == expected ? null : $"cut {parts[0].Cut} has a count of {_frozen[^1]}, its positions say {expected}";
    }

    private long Expected(Func<string, long> read) =>
        _bounds.Graph.Stages.Where(stage => stage.Source is not null).Sum(stage => read(stage.Name) * SearchGraphs.Ways(_bounds.Graph, stage.Name));

    // Everybody is restored and connected, and has been told to run: nothing of that is searched here.
    private void Begin()
    {
        foreach (var worker in Workers)
        {
            worker.Begin();
            worker.OnControlOpened();
            worker.OnControlState(_control.State(run: false));
            if (worker.Role == Role.Source)
            {
                _ticks[worker.Slot] = new Queue<CoordinatorState>();
            }
        }

        do
        {
            Settle();
        }
        while (Network.DeliverAll());

        foreach (var worker in Workers)
        {
            worker.OnControlState(_control.State(run: true));
        }

        Settle();
    }

    private void HandOutTick()
    {
        var state = _control.NextTick(_bounds.Cuts);
        foreach (var ticks in _ticks.Values)
        {
            ticks.Enqueue(state);
        }
    }

    private void CallChoices(int at, List<Choice> into)
    {
        var call = Network.Calls[at];
        if (call.HasDownward)
        {
            into.Add(Of(ChannelChoice.Down, at));
        }

        if (call.HasUpward)
        {
            into.Add(Of(ChannelChoice.Up, at));
        }

        if (!call.IsBroken && _breaks > 0)
        {
            into.Add(Of(ChannelChoice.Break, at));
        }

        if (call is { IsBroken: true, DialerOpen: true })
        {
            into.Add(Of(ChannelChoice.TellDialer, at));
        }

        if (call is { IsBroken: true, ReceiverOpen: true })
        {
            into.Add(Of(ChannelChoice.TellReceiver, at));
        }
    }

    private static Choice Of(ChannelChoice kind, int a = 0) => new((int)kind, a);

    private static string Cut(CoordinatorState state) => state.OpenCut is { } open ? $", and of cut {open.Cut}" : "";

    private static string Short(Gearpump.Engine.Channels.Frame frame) =>
        $"{frame.Kind} {frame.Sequence}{(frame.Cut > 0 ? $" (cut {frame.Cut})" : "")}, clock {frame.ClockMs}, watermark {frame.WatermarkMs}, {frame.Records} records";
}

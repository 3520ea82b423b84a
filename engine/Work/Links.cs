using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work;

/// <summary>The calls of one epoch: one to each downstream worker, dialled and resumed from here, and one from each upstream worker.</summary>
internal sealed class Links(WorkerContext context, EpochIdentity epoch, Func<long> nextCall, Action<string> askRollback, Action changed)
{
    private readonly IWorkerHost _host = context.Host;
    private readonly Dictionary<string, Outbound> _outbound = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Outbound> _outboundByCall = [];
    private readonly Dictionary<string, Inbound> _inbound = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Inbound> _inboundByCall = [];
    private readonly List<(Inbound From, ChannelReceiver Receiver)> _dirty = [];
    private bool _over;

    /// <summary>Every downstream worker has answered.</summary>
    public bool AreOpen => _outbound.Values.All(link => link.IsOpen);

    /// <summary>The downstream workers that have not answered, for people.</summary>
    public string Closed => string.Join(", ", _outbound.Values.Where(link => !link.IsOpen).Select(link => link.Peer.Name));

    public ChannelSender AddSender(WorkerRef peer, int channel)
    {
        if (!_outbound.TryGetValue(peer.Name, out var link))
        {
            _outbound[peer.Name] = link = new Outbound(peer, new Backoff(_host, 20, 500));
        }

        var sender = new ChannelSender(channel, context.Options.BatchBytes, context.Options.BatchBytesMax, context.Options.BatchRecords, frame => _host.SendFrame(link.Call, frame));
        link.Senders[channel] = sender;
        return sender;
    }

    public ChannelReceiver AddReceiver(WorkerRef peer, int channel)
    {
        if (!_inbound.TryGetValue(peer.Name, out var link))
        {
            _inbound[peer.Name] = link = new Inbound(peer);
        }

        var receiver = new ChannelReceiver(channel, context.Options.CreditRecords, context.Options.CreditBytes, changedReceiver => _dirty.Add((link, changedReceiver)));
        link.Receivers[channel] = receiver;
        return receiver;
    }

    public void DialAll()
    {
        foreach (var link in _outbound.Values)
        {
            Dial(link);
        }
    }

    /// <summary>A peer dials. The epochs agree already; here the processes and the channels must.</summary>
    public HelloVerdict Accept(long call, HelloInfo hello)
    {
        if (!_inbound.TryGetValue(hello.Sender, out var link) || link.Peer.Process != hello.SenderProcess)
        {
            return new HelloVerdict(HelloVerdictKind.Refused, $"process {hello.SenderProcess} of {hello.Sender} sends nothing here in epoch {epoch.Epoch}", []);
        }

        if (link.Call != 0)
        {
            _inboundByCall.Remove(link.Call);
            _host.CloseCall(link.Call, "a newer call has come");
        }

        link.Call = call;
        _inboundByCall[call] = link;
        return new HelloVerdict(HelloVerdictKind.Accepted, "", link.Receivers.Values.Select(receiver => receiver.Feedback).ToList());
    }

    /// <summary>An inbound call is open under this number.</summary>
    public bool Takes(long call) => _inboundByCall.ContainsKey(call);

    /// <summary>A frame on an open inbound call.</summary>
    public void OnFrame(long call, in Frame frame)
    {
        var link = _inboundByCall[call];
        if (!link.Receivers.TryGetValue(frame.Channel, out var receiver))
        {
            throw new ChannelException($"a frame for channel {frame.Channel}, which {link.Peer.Name} does not send on");
        }

        receiver.OnFrame(frame);
    }

    public void OnAccepted(long call, IReadOnlyList<Feedback> resume)
    {
        if (!_outboundByCall.TryGetValue(call, out var link))
        {
            return;
        }

        (link.IsOpen, link.LostAtMs) = (true, long.MaxValue);
        link.Backoff.Reset();
        foreach (var feedback in resume)
        {
            SenderOf(link, feedback.Channel).Resume(feedback);
        }

        changed();
    }

    public void OnFeedback(long call, in Feedback feedback)
    {
        if (_outboundByCall.TryGetValue(call, out var link) && link.IsOpen)
        {
            SenderOf(link, feedback.Channel).OnFeedback(feedback);
        }
    }

    public void OnClosed(long call, CallEnd end, string reason)
    {
        if (_inboundByCall.Remove(call, out var inbound))
        {
            inbound.Call = 0;
            return;
        }

        if (!_outboundByCall.Remove(call, out var link))
        {
            return;
        }

        if (end == CallEnd.Refused)
        {
            askRollback($"{link.Peer.Name} refuses channels for good: {reason}");
            return;
        }

        (link.Call, link.IsOpen) = (0, false);
        foreach (var sender in link.Senders.Values)
        {
            sender.Disconnect();
        }

        changed();
        // Who answers that its epoch has not begun can be reached: how long restoring may take is the coordinator's to judge.
        link.LostAtMs = end == CallEnd.NotYet ? long.MaxValue : Math.Min(link.LostAtMs, _host.NowMs);
        if (_host.NowMs - link.LostAtMs >= context.Options.SilenceMs)
        {
            askRollback($"{link.Peer.Name} cannot be reached for {context.Options.SilenceMs} ms: {reason}");
        }

        // Also after asking: the coordinator may be away, and the peer back before it.
        context.Timers.After(link.Backoff.NextMs(), () => Dial(link));
    }

    /// <summary>Sends the feedback that has gathered.</summary>
    public void SendFeedback()
    {
        foreach (var (from, receiver) in _dirty)
        {
            receiver.IsDirty = false;
            if (from.Call != 0)
            {
                _host.SendFeedback(from.Call, receiver.Feedback);
            }
        }

        _dirty.Clear();
    }

    public void Stop(string reason)
    {
        _over = true;
        foreach (var call in _outboundByCall.Keys.Concat(_inboundByCall.Keys).ToList())
        {
            _host.CloseCall(call, reason);
        }

        _outboundByCall.Clear();
        _inboundByCall.Clear();
    }

    private void Dial(Outbound link)
    {
        if (_over)
        {
            return;
        }

        link.Call = nextCall();
        _outboundByCall[link.Call] = link;
        _host.Dial(link.Call, link.Peer.Address, new HelloInfo(
            ProtocolVersion.Current, context.Graph.Job, epoch.Instance, epoch.Epoch,
            context.Options.Name, context.Options.Process, link.Peer.Name, link.Peer.Process));
    }

    private static ChannelSender SenderOf(Outbound link, int channel) => link.Senders.TryGetValue(channel, out var sender)
        ? sender
        : throw new ChannelException($"{link.Peer.Name} speaks of channel {channel}, which it does not receive");

    private sealed class Outbound(WorkerRef peer, Backoff backoff)
    {
        public WorkerRef Peer => peer;

        public Backoff Backoff => backoff;

        public Dictionary<int, ChannelSender> Senders { get; } = [];

        public long Call { get; set; }

        public bool IsOpen { get; set; }

        public long LostAtMs { get; set; } = long.MaxValue;
    }

    private sealed class Inbound(WorkerRef peer)
    {
        public WorkerRef Peer => peer;

        public Dictionary<int, ChannelReceiver> Receivers { get; } = [];

        public long Call { get; set; }
    }
}

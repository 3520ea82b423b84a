using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>A data call: frames one way, feedback the other.</summary>
internal sealed class SimDataCall : ISimConnection
{
    private readonly SimWorld _world;
    private readonly SimPipe _forward;
    private readonly SimPipe _back;
    private readonly List<Feedback> _early = [];
    private readonly HelloInfo _hello;
    private bool _answered;
    private bool _closedByDialer;
    private bool _closedByReceiver;

    public SimDataCall(SimWorld world, long outbound, long inbound, WorkerProcess dialer, WorkerProcess receiver, HelloInfo hello)
    {
        _world = world;
        _hello = hello;
        Outbound = outbound;
        Inbound = inbound;
        Dialer = dialer;
        Receiver = receiver;
        var random = world.Network.Random.Fork();
        var slowness = random.PerMille(100) ? 60 : 4;
        _forward = new SimPipe(world, random, receiver, slowness);
        _back = new SimPipe(world, random, dialer, slowness);
        _forward.Send("hello", ArriveHello);
    }

    public long Outbound { get; }

    public long Inbound { get; }

    public WorkerProcess Dialer { get; }

    public WorkerProcess Receiver { get; }

    public bool DialerOpen { get; private set; } = true;

    public bool ReceiverOpen { get; private set; }

    public bool Accepted { get; private set; }

    public bool Open => DialerOpen && Dialer.Alive && Receiver.Alive;

    public SimProcess From => Dialer;

    public SimProcess To => Receiver;

    public void SendFrame(in Frame frame)
    {
        // The payload is the sender's to use again once this returns.
        var copy = frame with { Payload = frame.Payload.ToArray() };
        if (_world.Profile.Plant == SimulationPlant.LossyCall && _world.Network.Random.PerMille(5))
        {
            return;
        }

        if (_world.Profile.Plant == SimulationPlant.FlippedByte && frame.Kind == FrameKind.Batch && _world.Network.Random.PerMille(5))
        {
            copy = copy with { Payload = Flipped(frame.Payload.Span) };
        }

        _forward.Send("frame", () => ArriveFrame(copy));
    }

    public void SendFeedback(in Feedback feedback)
    {
        if (!_answered)
        {
            _early.Add(feedback);
            return;
        }

        var copy = feedback;
        var key = 1 + (ulong)feedback.Channel;
        if (_world.Network.Random.PerMille(500))
        {
            _back.Supersede(key, lastOnly: false);
        }

        _back.Send("feedback", () => ArriveFeedback(copy), key);
    }

    public void CloseByDialer(string why)
    {
        (DialerOpen, _closedByDialer) = (false, true);
        _back.Drop(TakenIn());
        _forward.Close("call closed by dialer", () => ReceiverTold(why), _world.Network.Random.Between(0L, 10L), lossy: true);
    }

    public void CloseByReceiver(string why)
    {
        (ReceiverOpen, _closedByReceiver) = (false, true);
        _forward.Drop(TakenIn());
        _back.Close("call closed by receiver", () => DialerTold(CallEnd.Broken, why), _world.Network.Random.Between(0L, 10L), lossy: true);
    }

    public void Cut(string why, long firstToldMs, long secondToldMs)
    {
        _forward.Close("call cut", () => ReceiverTold(why), firstToldMs, lossy: true);
        _back.Close("call cut", () => DialerTold(CallEnd.Broken, why), secondToldMs, lossy: true);
    }

    public void Silence(bool forward, bool back, long untilMs)
    {
        if (forward)
        {
            _forward.Silence(untilMs);
        }

        if (back)
        {
            _back.Silence(untilMs);
        }
    }

    public void Lost(SimProcess gone, string why, long toldMs)
    {
        if (gone == Dialer)
        {
            DialerOpen = false;
            _back.Drop();
            _forward.Close("dialer lost", () => ReceiverTold(why), toldMs, lossy: true);
        }
        else
        {
            ReceiverOpen = false;
            _forward.Drop();
            _back.Close("receiver lost", () => DialerTold(CallEnd.Broken, why), toldMs, lossy: true);
        }
    }

    // A host's loop may have taken in messages of a call before the machine closes it: it hears them all the same.
    private int TakenIn() => _world.Network.Random.PerMille(300) ? _world.Network.Random.Between(1, 3) : 0;

    private void ArriveHello()
    {
        ReceiverOpen = true;
        Receiver.Register(this);
        var verdict = Receiver.OnHello(Inbound, _hello);
        if (verdict is null || !Receiver.Alive)
        {
            return;
        }

        _answered = true;
        if (verdict.Kind != HelloVerdictKind.Accepted)
        {
            ReceiverOpen = false;
            _forward.Drop();
            var end = verdict.Kind == HelloVerdictKind.Refused ? CallEnd.Refused : CallEnd.NotYet;
            _world.Stats.CallsRefused += end == CallEnd.Refused ? 1 : 0;
            _back.Close("hello refused", () => DialerTold(end, verdict.Reason), _world.Network.Random.Between(0L, 10L), lossy: false);
            return;
        }

        var resume = verdict.Resume.ToArray();
        _back.Send("hello accepted", () => ArriveAccepted(resume));
        foreach (var feedback in _early)
        {
            SendFeedback(feedback);
        }

        _early.Clear();
    }

    private void ArriveAccepted(Feedback[] resume)
    {
        if (!DialerOpen)
        {
            return;
        }

        Accepted = true;
        _world.Network.CountAccepted(_hello);
        Dialer.OnCallAccepted(Outbound, resume);
    }

    private static byte[] Flipped(ReadOnlySpan<byte> payload)
    {
        var flipped = payload.ToArray();
        flipped[^1] ^= 1;
        return flipped;
    }

    private void ArriveFrame(in Frame frame)
    {
        if (ReceiverOpen || _closedByReceiver)
        {
            _world.Trace.Content((ulong)frame.Sequence * 31 + (ulong)frame.Channel * 7 + (ulong)frame.Kind);
            _world.Trace.Content(frame.Payload.Span);
            if (_world.Trace.Recording)
            {
                _world.Note(Receiver, $"{Dialer.Name} -> {frame.Kind} channel {frame.Channel} seq {frame.Sequence} clock {frame.ClockMs} wm {frame.WatermarkMs} records {frame.Records} cut {frame.Cut}");
            }

            Receiver.OnFrame(Inbound, frame);
        }
    }

    private void ArriveFeedback(Feedback feedback)
    {
        if (DialerOpen || _closedByDialer)
        {
            _world.Trace.Content((ulong)feedback.Acked);
            if (_world.Trace.Recording)
            {
                _world.Note(Dialer, $"{Receiver.Name} <- {feedback}");
            }

            Dialer.OnFeedback(Outbound, feedback);
        }
    }

    private void ReceiverTold(string why)
    {
        if (ReceiverOpen)
        {
            ReceiverOpen = false;
            Receiver.OnCallClosed(Inbound, CallEnd.Broken, why);
        }
    }

    private void DialerTold(CallEnd end, string why)
    {
        if (DialerOpen)
        {
            DialerOpen = false;
            Dialer.OnCallClosed(Outbound, end, why);
        }
    }
}

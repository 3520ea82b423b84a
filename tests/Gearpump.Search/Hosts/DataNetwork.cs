using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Hosts;

/// <summary>The calls between workers.</summary>
internal sealed class DataNetwork(HostedWorld world)
{
    private readonly List<DataCall> _calls = [];

    public IReadOnlyList<DataCall> Calls => _calls;

    public void Connect(WorkerHost dialer, long number, string address, HelloInfo hello)
    {
        if (world.Processes.OfType<WorkerHost>().FirstOrDefault(worker => worker.Name == address && worker.IsAlive) is not { } receiver)
        {
            dialer.OnCallClosed(number, CallEnd.Broken, $"nobody listens at {address}");
            return;
        }

        var call = new DataCall(dialer, receiver, number, dialer.NextInbound());
        _calls.Add(call);
        receiver.Soon(() =>
        {
            call.Answer = receiver.OnHello(call.Inbound, hello);
            call.IsAccepted = call.Answer is { Kind: HelloVerdictKind.Accepted };
            call.ReceiverOpen &= call.IsAccepted;
        });
    }

    public void SendFrame(WorkerHost dialer, long number, in Frame frame)
    {
        if (_calls.Find(call => call.Dialer == dialer && call.Number == number) is { DialerOpen: true, IsBroken: false, ReceiverOpen: true } open)
        {
            open.Frames.Enqueue(frame);
        }
    }

    public void SendFeedback(WorkerHost receiver, long inbound, in Feedback feedback)
    {
        if (_calls.Find(call => call.Receiver == receiver && call.Inbound == inbound) is { ReceiverOpen: true, IsBroken: false } open)
        {
            var channel = feedback.Channel;
            open.Feedbacks.RemoveAll(older => older.Channel == channel);
            open.Feedbacks.Add(feedback);
        }
    }

    /// <summary>A side ends the call: it hears no more of it, the other one is told.</summary>
    public void Close(WorkerHost by, long number)
    {
        if (_calls.Find(call => (call.Dialer == by && call.Number == number) || (call.Receiver == by && call.Inbound == number)) is not { } open)
        {
            return;
        }

        open.DialerOpen &= !(open.Dialer == by && open.Number == number);
        open.ReceiverOpen &= !(open.Receiver == by && open.Inbound == number);
        Break(open);
    }

    public void OnDied(WorkerHost worker)
    {
        foreach (var call in _calls.FindAll(call => call.Dialer == worker || call.Receiver == worker))
        {
            call.DialerOpen &= call.Dialer != worker;
            call.ReceiverOpen &= call.Receiver != worker;
            Break(call);
        }
    }

    /// <summary>Cuts a call: what is on its way is lost.</summary>
    public void Break(DataCall call)
    {
        call.IsBroken = true;
        call.Frames.Clear();
        call.Feedbacks.Clear();
        call.Answer = null;
        Forget();
    }

    /// <summary>One side learns that the call is cut.</summary>
    public void Tell(DataCall call, bool dialer)
    {
        if (dialer)
        {
            call.DialerOpen = false;
            call.Dialer.OnCallClosed(call.Number, CallEnd.Broken, "the call was cut");
        }
        else
        {
            call.ReceiverOpen = false;
            call.Receiver.OnCallClosed(call.Inbound, CallEnd.Broken, "the call was cut");
        }

        Forget();
    }

    public void DeliverDown(DataCall call) => call.Receiver.OnFrame(call.Inbound, call.Frames.Dequeue());

    public void DeliverUp(DataCall call)
    {
        if (call.Answer is { } answer)
        {
            call.Answer = null;
            if (answer.Kind == HelloVerdictKind.Accepted)
            {
                call.Dialer.OnCallAccepted(call.Number, answer.Resume);
                return;
            }

            (call.DialerOpen, call.ReceiverOpen) = (false, false);
            Forget();
            call.Dialer.OnCallClosed(call.Number, answer.Kind == HelloVerdictKind.Refused ? CallEnd.Refused : CallEnd.NotYet, answer.Reason);
            return;
        }

        var feedback = call.Feedbacks[0];
        call.Feedbacks.RemoveAt(0);
        call.Dialer.OnFeedback(call.Number, feedback);
    }

    /// <summary>Everything that can be delivered, is. True: something was.</summary>
    public bool DeliverAll()
    {
        var any = false;
        for (var at = 0; at < _calls.Count; at++)
        {
            var call = _calls[at];
            while (call.HasDownward && call.Receiver.Runs)
            {
                DeliverDown(call);
                any = true;
            }

            while (call.HasUpward && call.Dialer.Runs)
            {
                DeliverUp(call);
                any = true;
            }

            if (call is { IsBroken: true, DialerOpen: true } && call.Dialer.Runs)
            {
                Tell(call, dialer: true);
                any = true;
            }

            if (call is { IsBroken: true, ReceiverOpen: true } && call.Receiver.Runs)
            {
                Tell(call, dialer: false);
                any = true;
            }
        }

        return any;
    }

    private void Forget() => _calls.RemoveAll(call => call.IsOver);
}

using Gearpump.Engine.Channels;

namespace Gearpump.Search.Hosts;

/// <summary>One call between two workers. What is on its way stays in order, in either direction.</summary>
internal sealed class DataCall(WorkerHost dialer, WorkerHost receiver, long number, long inbound)
{
    public WorkerHost Dialer => dialer;

    public WorkerHost Receiver => receiver;

    /// <summary>The dialer's number for it.</summary>
    public long Number => number;

    /// <summary>The receiver's.</summary>
    public long Inbound => inbound;

    /// <summary>The dialer has it open, as far as it knows.</summary>
    public bool DialerOpen { get; set; } = true;

    public bool ReceiverOpen { get; set; } = true;

    /// <summary>The receiver has taken it.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>Cut: nothing arrives any more, and each side has yet to be told.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The answer to the hello, on its way.</summary>
    public HelloVerdict? Answer { get; set; }

    public Queue<Frame> Frames { get; } = new();

    /// <summary>Of every channel the newest.</summary>
    public List<Feedback> Feedbacks { get; } = [];

    public bool HasUpward => !IsBroken && DialerOpen && (Answer is not null || Feedbacks.Count > 0);

    public bool HasDownward => !IsBroken && ReceiverOpen && Frames.Count > 0;

    public bool IsOver => !DialerOpen && !ReceiverOpen;

    public override string ToString() => $"{dialer.Name}->{receiver.Name}";
}

using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Graph;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work;

/// <summary>One worker: its control stream, its tasks, its ends of the channels. Stepped on one loop by its host.</summary>
public sealed class Worker(WorkerOptions options, JobGraph graph, IServiceProvider services, IWorkerHost host)
{
    /// <summary>Begins. Call once, before anything else.</summary>
    public void Start() => throw new InvalidOperationException($"{options} {graph} {services} {host}");

    /// <summary>The control stream is open: the worker sends its state.</summary>
    public void OnControlOpened() => throw new InvalidOperationException();

    public void OnControlState(CoordinatorState state) => throw new InvalidOperationException();

    /// <summary>The control stream is gone; the host dials again by itself, with back-off.</summary>
    public void OnControlClosed(string why) => throw new InvalidOperationException();

    /// <summary>A peer has dialled. Inbound call numbers are the host's and negative; those of <c>IWorkerHost.Dial</c> are positive.</summary>
    public HelloVerdict OnHello(long call, HelloInfo hello) => throw new InvalidOperationException();

    /// <summary>A frame on an inbound call.</summary>
    public void OnFrame(long call, in Frame frame) => throw new InvalidOperationException();

    /// <summary>Our dial was accepted.</summary>
    public void OnCallAccepted(long call, IReadOnlyList<Feedback> resume) => throw new InvalidOperationException();

    /// <summary>Feedback on an outbound call.</summary>
    public void OnFeedback(long call, in Feedback feedback) => throw new InvalidOperationException();

    /// <summary>A call of either direction has ended, or a dial has failed. Not called after <c>CloseCall</c>.</summary>
    public void OnCallClosed(long call, CallEnd end, string reason) => throw new InvalidOperationException();

    /// <summary>A bounded piece of work. True: there is more to do at once.</summary>
    public bool Step() => throw new InvalidOperationException();

    /// <summary>Time has come to <c>WakeAt</c>.</summary>
    public void Advance() => throw new InvalidOperationException();

    /// <summary>The process was told to stop: asks for a planned change and leaves after it, by <c>Exit(0)</c>.</summary>
    public void Leave() => throw new InvalidOperationException();

    /// <summary>Records processed since the process began.</summary>
    public long Records => 0;
}

using System.Diagnostics;
using Gearpump.Engine;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Hosting.Loops;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>
/// A worker's control stream: dials the coordinators in turn until one answers, and again when it is gone. Whom none has ever
/// answered within the start-up time-out leaves with 69; who is refused for good, with 78.
/// </summary>
internal sealed class ControlClient(
    IReadOnlyList<string> addresses, EventLoop loop, Worker worker, TimeSpan startUpTimeout, ConsoleLog log, Action<int, string> exit)
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);
    private const int FirstDelayMs = 100;
    private const int DelayMostMs = 1_000;
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Outbox<WorkerState>? _outbox;
    private CancellationTokenSource? _call;
    private bool _refused;
    private bool _everAnswered;
    private long _said;

    /// <summary>A coordinator has taken the stream.</summary>
    public bool IsOpen { get; private set; }

    public void Send(WorkerState state)
    {
        lock (_gate)
        {
            _outbox?.Put(state);
        }
    }

    public void Reconnect()
    {
        lock (_gate)
        {
            _call?.Cancel();
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        var began = Stopwatch.GetTimestamp();
        for (var at = 0; !stopping.IsCancellationRequested && !_refused; at = (at + 1) % addresses.Count)
        {
            using var call = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            lock (_gate)
            {
                _call = call;
            }

            var why = await CallAsync(addresses[at], call.Token).ConfigureAwait(false);
            lock (_gate)
            {
                (_outbox, _call) = (null, null);
            }

            IsOpen = false;
            _everAnswered |= why.Answered;
            if (!why.Answered && !stopping.IsCancellationRequested && !_refused)
            {
                OnUnanswered(why.Reason, Stopwatch.GetElapsedTime(began));
            }

            failures = why.Answered ? 0 : failures + 1;
            loop.Post(() => worker.OnControlClosed(why.Reason));
            await Task.WhenAny(Task.Delay(Math.Min(DelayMostMs, FirstDelayMs << Math.Min(failures, 4)), stopping)).ConfigureAwait(false);
        }
    }

    private void OnUnanswered(string reason, TimeSpan since)
    {
        if (!_everAnswered && since > startUpTimeout)
        {
            exit(ExitCodes.Unavailable, $"no coordinator of {string.Join(", ", addresses)} could be reached within {startUpTimeout.TotalSeconds:0.#} s: {reason}");
        }
        else if (_said == 0 || Stopwatch.GetElapsedTime(_said) > SayEvery)
        {
            _said = Stopwatch.GetTimestamp();
            log.Write(MachineLogLevel.Warning, $"waiting for a coordinator: {reason}");
        }
    }

    private async Task<(bool Answered, string Reason)> CallAsync(string address, CancellationToken cancellation)
    {
        var answered = false;
        try
        {
            using var channel = GrpcEndpoints.Connect(address);
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Attach, null, new CallOptions(cancellationToken: cancellation));
            var outbox = new Outbox<WorkerState>(call.RequestStream, static (_, _) => true);
            // A stopped process takes connections and never answers.
            await call.ResponseHeadersAsync.WaitAsync(OpenDeadline, cancellation).ConfigureAwait(false);
            lock (_gate)
            {
                _outbox = outbox;
            }

            IsOpen = true;
            loop.Post(worker.OnControlOpened);
            var writing = outbox.RunAsync(cancellation);
            while (await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false))
            {
                answered = true;
                var state = call.ResponseStream.Current;
                loop.Post(() => worker.OnControlState(state));
            }

            outbox.Close();
            await writing.ConfigureAwait(false);
            return (answered, "the coordinator has ended the stream");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            _refused = true;
            exit(ExitCodes.Configuration, e.Status.Detail);
            return (answered, e.Status.Detail);
        }
        catch (Exception e)
        {
            // Whatever it is, the worker dials again.
            return (answered, $"{address}: {(e is RpcException rpc ? rpc.Status.Detail : e.Message)}");
        }
    }
}

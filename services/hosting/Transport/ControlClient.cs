using Gearpump.Engine.Work;
using Gearpump.Hosting.Loops;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>A worker's control stream: dials the coordinators in turn until one answers, and again when it is gone.</summary>
internal sealed class ControlClient(IReadOnlyList<string> addresses, EventLoop loop, Worker worker, Action<string> refused)
{
    private const int FirstDelayMs = 100;
    private const int DelayMostMs = 1_000;
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Outbox<WorkerState>? _outbox;
    private CancellationTokenSource? _call;
    private bool _refused;

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

            failures = why.Answered ? 0 : failures + 1;
            loop.Post(() => worker.OnControlClosed(why.Reason));
            await Task.WhenAny(Task.Delay(Math.Min(DelayMostMs, FirstDelayMs << Math.Min(failures, 4)), stopping)).ConfigureAwait(false);
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
            refused(e.Status.Detail);
            _refused = true;
            return (answered, e.Status.Detail);
        }
        catch (Exception e)
        {
            // Whatever it is, the worker dials again.
            return (answered, $"{address}: {(e is RpcException rpc ? rpc.Status.Detail : e.Message)}");
        }
    }
}

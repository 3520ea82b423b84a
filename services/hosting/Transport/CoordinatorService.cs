using Gearpump.Hosting.Roles;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>Carries the control streams to the coordinator's loop and back.</summary>
internal sealed class CoordinatorService(CoordinatorHost host) : CoordinatorServiceBase
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public override async Task Attach(IAsyncStreamReader<WorkerState> requests, IServerStreamWriter<CoordinatorState> responses, ServerCallContext context)
    {
        // An older state may be dropped only where no cut is told by it alone.
        var outbox = new Outbox<CoordinatorState>(responses, static (older, newer) => Equals(older.OpenCut, newer.OpenCut));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.Stopping);
        var stream = host.Open(outbox, ended, out var closed);
        var writing = outbox.RunAsync(ended.Token);
        try
        {
            while (await requests.MoveNext(ended.Token).ConfigureAwait(false))
            {
                var state = requests.Current;
                host.Loop.Post(() => host.Machine.OnWorkerState(stream, state));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException)
        {
            // The stream is over; why is the other end's to say, or ours: below.
        }

        host.Closed(stream);
        outbox.Close();
        if (closed.Task.IsCompleted)
        {
            // What was said before the refusal (leave!) is still written.
            await Task.WhenAny(writing, Task.Delay(500)).ConfigureAwait(false);
            throw new RpcException(await closed.Task.ConfigureAwait(false));
        }
    }

    public override Task<JobStatus> GetStatus(GetStatusRequest request, ServerCallContext context) => host.AskAsync(machine => machine.Status()).WaitAsync(Deadline);

    public override Task<StopReply> Stop(StopRequest request, ServerCallContext context) => host.AskAsync(machine =>
    {
        machine.Stop();
        return new StopReply();
    }).WaitAsync(Deadline);
}

using Gearpump.Hosting.Roles;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>Carries the control streams to the coordinator's loop and back.</summary>
internal sealed class CoordinatorService : CoordinatorServiceBase
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>Null: the coordinator has not begun, and callers shall try again.</summary>
    public CoordinatorHost? Host { get; set; }

    public override async Task Attach(IAsyncStreamReader<WorkerState> requests, IServerStreamWriter<CoordinatorState> responses, ServerCallContext context)
    {
        var host = HostOrUnavailable();
        // An older state may be dropped only where no cut is told by it alone.
        var outbox = new Outbox<CoordinatorState>(responses, static (older, newer) => Equals(older.OpenCut, newer.OpenCut));
        // Not disposed: the machine may close the stream while it ends by itself.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.Stopping);
        // From here on the worker counts the stream as open.
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        var stream = host.Open(outbox, ended, out var closed);
        var writing = outbox.RunAsync(ended.Token);
        try
        {
            while (await requests.MoveNext(ended.Token).ConfigureAwait(false))
            {
                host.Heard(stream, requests.Current);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException or InvalidOperationException)
        {
            // The stream is over; why is the other end's to say, or ours: below.
        }
        finally
        {
            host.Closed(stream);
            outbox.Close();
        }

        // What was said before the refusal (leave!) is still written; then nothing of the call is used any more.
        await Task.WhenAny(writing, Task.Delay(500)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        if (closed.Task.IsCompleted)
        {
            throw new RpcException(await closed.Task.ConfigureAwait(false));
        }
    }

    public override Task<JobStatus> GetStatus(GetStatusRequest request, ServerCallContext context) =>
        AskAsync(request.Job, static host => host.StatusAsync());

    public override Task<StopReply> Stop(StopRequest request, ServerCallContext context) => AskAsync(request.Job, static host => host.AskAsync(machine =>
    {
        machine.Stop();
        return new StopReply();
    }));

    private async Task<T> AskAsync<T>(string job, Func<CoordinatorHost, Task<T>> ask)
    {
        var host = HostOrUnavailable();
        if (job.Length > 0 && job != host.Job)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"job '{job}'; this coordinator runs '{host.Job}'"));
        }

        try
        {
            return await ask(host).WaitAsync(Deadline).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"the coordinator has not answered within {Deadline.TotalSeconds} s"));
        }
        catch (OperationCanceledException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }
    }

    private CoordinatorHost HostOrUnavailable() => Host ?? throw new RpcException(new Status(StatusCode.Unavailable, "the coordinator has not begun yet"));
}

using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Hosting.Roles;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>The calls that upstream workers open.</summary>
internal sealed class ExchangeService : ExchangeServiceBase
{
    private static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Null: the worker has not begun, and callers shall try again.</summary>
    public WorkerHost? Host { get; set; }

    public override async Task Exchange(IAsyncStreamReader<DataFrame> requests, IServerStreamWriter<DataFeedback> responses, ServerCallContext context)
    {
        var host = Host ?? throw new RpcException(new Status(StatusCode.Unavailable, "the worker has not begun yet"));
        // Not disposed: the machine may close the call while it ends by itself.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.Stopping);
        var hello = await ReadHelloAsync(requests, ended.Token).ConfigureAwait(false);
        var outbox = new Outbox<DataFeedback>(responses, Merge);
        var call = host.OpenInbound(outbox, ended);
        var writing = Task.CompletedTask;
        try
        {
            var verdict = await host.AskAsync(worker => worker.OnHello(call, hello)).WaitAsync(HelloDeadline, ended.Token).ConfigureAwait(false);
            if (verdict.Kind != HelloVerdictKind.Accepted)
            {
                throw new RpcException(new Status(verdict.Kind == HelloVerdictKind.Refused ? StatusCode.FailedPrecondition : StatusCode.Aborted, verdict.Reason));
            }

            var answer = new DataFeedback();
            answer.Channels.AddRange(verdict.Resume.Select(feedback => FrameCodec.ToProto(feedback)));
            await responses.WriteAsync(answer, ended.Token).ConfigureAwait(false);
            writing = outbox.RunAsync(ended.Token);
            while (await requests.MoveNext(ended.Token).ConfigureAwait(false))
            {
                if (FrameCodec.TryRead(requests.Current, out var frame))
                {
                    host.Loop.Post(() => host.Machine.OnFrame(call, frame));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or TimeoutException or InvalidOperationException)
        {
            // The call is over: the caller resumes it, or the epoch ends.
        }
        finally
        {
            // A call whose hello was refused is unknown to the machine, which then ignores its end.
            host.CloseInbound(call);
            outbox.Close();
        }

        await Task.WhenAny(writing, Task.Delay(100)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
    }

    private static async Task<HelloInfo> ReadHelloAsync(IAsyncStreamReader<DataFrame> requests, CancellationToken cancellation)
    {
        try
        {
            if (await requests.MoveNext(cancellation).WaitAsync(HelloDeadline, cancellation).ConfigureAwait(false) && requests.Current.Hello is { } hello)
            {
                return FrameCodec.Read(hello);
            }
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no hello within {HelloDeadline.TotalSeconds} s"));
        }

        throw new RpcException(new Status(StatusCode.InvalidArgument, "a call begins with hello"));
    }

    // Feedback is absolute: the newest of a channel says all.
    private static bool Merge(DataFeedback older, DataFeedback newer)
    {
        foreach (var channel in older.Channels)
        {
            if (!newer.Channels.Any(candidate => candidate.Channel == channel.Channel))
            {
                newer.Channels.Add(channel);
            }
        }

        return true;
    }
}

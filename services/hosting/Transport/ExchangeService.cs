using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Hosting.Roles;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>The calls that upstream workers open.</summary>
internal sealed class ExchangeService(WorkerHost host) : ExchangeServiceBase
{
    private static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(5);

    public override async Task Exchange(IAsyncStreamReader<DataFrame> requests, IServerStreamWriter<DataFeedback> responses, ServerCallContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, host.Stopping);
        if (!await requests.MoveNext(ended.Token).WaitAsync(HelloDeadline).ConfigureAwait(false) || requests.Current.Hello is not { } hello)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "a call begins with hello"));
        }

        var outbox = new Outbox<DataFeedback>(responses, Merge);
        var call = host.OpenInbound(outbox, ended);
        var verdict = await host.AskAsync(worker => worker.OnHello(call, FrameCodec.Read(hello))).WaitAsync(HelloDeadline).ConfigureAwait(false);
        if (verdict.Kind != HelloVerdictKind.Accepted)
        {
            host.CloseInbound(call, tell: false);
            throw new RpcException(new Status(verdict.Kind == HelloVerdictKind.Refused ? StatusCode.FailedPrecondition : StatusCode.Unavailable, verdict.Reason));
        }

        var answer = new DataFeedback();
        answer.Channels.AddRange(verdict.Resume.Select(feedback => FrameCodec.ToProto(feedback)));
        await responses.WriteAsync(answer, ended.Token).ConfigureAwait(false);
        var writing = outbox.RunAsync(ended.Token);
        try
        {
            while (await requests.MoveNext(ended.Token).ConfigureAwait(false))
            {
                if (FrameCodec.TryRead(requests.Current, out var frame))
                {
                    host.Loop.Post(() => host.Machine.OnFrame(call, frame));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException)
        {
            // The call is over: the caller resumes it, or the epoch ends.
        }

        host.CloseInbound(call, tell: true);
        outbox.Close();
        await Task.WhenAny(writing, Task.Delay(100)).ConfigureAwait(false);
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

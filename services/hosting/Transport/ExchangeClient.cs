using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Hosting.Roles;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>One call to a downstream worker.</summary>
internal sealed class ExchangeClient(WorkerHost host, long number, string address, HelloInfo hello)
{
    private static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(host.Stopping);
    private volatile Outbox<DataFrame>? _outbox;

    public void Send(in Frame frame) => _outbox?.Put(FrameCodec.ToProto(frame));

    public void Close() => _ended.Cancel();

    public async Task RunAsync()
    {
        var (end, reason) = (CallEnd.Broken, "the peer has ended the call");
        try
        {
            using var channel = GrpcEndpoints.Connect(address);
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Exchange, null, new CallOptions(cancellationToken: _ended.Token));
            await call.RequestStream.WriteAsync(new DataFrame { Hello = FrameCodec.ToProto(hello) }, _ended.Token).WaitAsync(HelloDeadline).ConfigureAwait(false);
            if (await call.ResponseStream.MoveNext(_ended.Token).WaitAsync(HelloDeadline).ConfigureAwait(false))
            {
                await ExchangeAsync(call).ConfigureAwait(false);
            }
        }
        catch (RpcException e)
        {
            end = e.StatusCode switch
            {
                StatusCode.FailedPrecondition => CallEnd.Refused,
                StatusCode.Aborted => CallEnd.NotYet,
                _ => CallEnd.Broken,
            };
            reason = $"{e.StatusCode}: {e.Status.Detail}";
        }
        catch (Exception e)
        {
            // Whatever it is, the worker hears of it and dials again.
            reason = e.Message;
        }

        host.OutboundEnded(number, end, reason);
        _ended.Dispose();
    }

    private async Task ExchangeAsync(AsyncDuplexStreamingCall<DataFrame, DataFeedback> call)
    {
        var outbox = new Outbox<DataFrame>(call.RequestStream);
        _outbox = outbox;
        var resume = call.ResponseStream.Current.Channels.Select(FrameCodec.Read).ToList();
        host.Loop.Post(() => host.Machine.OnCallAccepted(number, resume));
        var writing = outbox.RunAsync(_ended.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(_ended.Token).ConfigureAwait(false))
            {
                var channels = call.ResponseStream.Current.Channels.Select(FrameCodec.Read).ToList();
                host.Loop.Post(() =>
                {
                    foreach (var feedback in channels)
                    {
                        host.Machine.OnFeedback(number, feedback);
                    }
                });
            }
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(writing).ConfigureAwait(false);
        }
    }
}

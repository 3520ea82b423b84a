using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Benchmarks;

/// <summary>Walks over the records of each batch, and acknowledges how many there were.</summary>
internal sealed class CountingService : ExchangeServiceBase
{
    private const int BatchesOfAnAcknowledgement = 64;

    public override async Task Exchange(IAsyncStreamReader<DataFrame> requests, IServerStreamWriter<DataFeedback> responses, ServerCallContext context)
    {
        var (records, batches) = (0L, 0L);
        while (await requests.MoveNext(context.CancellationToken))
        {
            records += Count(requests.Current.Batch.Payload.Span);
            if (++batches % BatchesOfAnAcknowledgement == 0)
            {
                await AcknowledgeAsync(responses, records);
            }
        }

        await AcknowledgeAsync(responses, records);
    }

    private static Task AcknowledgeAsync(IServerStreamWriter<DataFeedback> responses, long records) =>
        responses.WriteAsync(new DataFeedback { Channels = { new ChannelFeedback { AckedRecords = (ulong)records } } });

    private static int Count(ReadOnlySpan<byte> batch)
    {
        var count = 0;
        for (var at = 0; at < batch.Length; at += 1 + batch[at])
        {
            count++;
        }

        return count;
    }
}

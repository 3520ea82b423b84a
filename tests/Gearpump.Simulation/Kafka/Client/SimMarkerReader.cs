using System.Text;
using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Broker;

namespace Gearpump.Simulation.Kafka.Client;

/// <summary>Reads a partition of the marker topic, some records at a time.</summary>
internal sealed class SimMarkerReader(SimKafkaLink link, (string Topic, int Partition) place) : IMarkerReader
{
    private const long DeadlineMs = 5_000;

    public ValueTask<long> BeginningAsync(CancellationToken cancellation) => ValueTask.FromResult(0L);

    public ValueTask<long> EndAsync(CancellationToken cancellation) => EndAsync(committed: false);

    /// <summary>By either isolation: only the plain end is right for markers.</summary>
    public async ValueTask<long> EndAsync(bool committed)
    {
        for (var began = link.NowMs; link.NowMs - began <= DeadlineMs;)
        {
            var (answered, end) = await link.SendAsync("ListOffsets", broker => broker.EndOf(place, committed), DeadlineMs);
            if (answered)
            {
                return end;
            }

            await link.PauseAsync(10, 100);
        }

        throw new TimeoutException($"{place} does not tell its end");
    }

    public async ValueTask<MarkerPage> ReadAsync(long offset, CancellationToken cancellation)
    {
        var (answered, answer) = await link.SendAsync("Fetch", broker => broker.Fetch(place, offset, committed: true, most: 5), DeadlineMs);
        if (!answered || answer.NextOffset == offset)
        {
            await link.PauseAsync(20, 100);
            return new MarkerPage([], offset);
        }

        return answer.Error == KafkaError.None
            ? new MarkerPage([.. answer.Records.Select(static record => (Text(record.Key), (byte[]?)record.Value.ToArray()))], answer.NextOffset)
            : throw new IOException($"{place}: {answer.Error}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string? Text(ReadOnlyMemory<byte>? key) => key is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>
/// The job's compacted topic of markers: key job/instance/publisher, value what that publisher has published. Each publisher has a
/// partition of its own, so nobody else's open transaction on it hides a marker for long.
/// </summary>
internal sealed class MarkerTopic(KafkaCluster cluster)
{
    private const int Format = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    // What stood before an offset does not change: each session reads on from where the one before has stopped.
    private readonly ConcurrentDictionary<PublisherId, (long Offset, PublishMarker? Marker)> _read = [];

    public static string NameOf(string job) => $"gearpump-{job}-markers";

    public static Message<byte[]?, byte[]> Message(PublisherId publisher, PublishMarker marker) => new()
    {
        Key = Encoding.UTF8.GetBytes(publisher.ToString()),
        Value = JsonSerializer.SerializeToUtf8Bytes(new Entry(Format, marker.Cut, marker.Segments)),
    };

    /// <summary>The publisher's marker. Only behind a producer's initialisation: before it an older one may still publish.</summary>
    /// <exception cref="TimeoutException">The end was not reached: somebody's transaction is open on the partition.</exception>
    public PublishMarker? Read(PublisherId publisher)
    {
        var partition = new TopicPartition(NameOf(publisher.Job), publisher.Number);
        try
        {
            var (offset, marker) = ReadOn(publisher, partition, _read.GetValueOrDefault(publisher));
            _read[publisher] = (offset, marker);
            return marker;
        }
        catch (KafkaException e)
        {
            _read.TryRemove(publisher, out _);
            throw e.Error.ToException($"Read of topic '{partition.Topic}'{cluster.Who}", e);
        }
        catch
        {
            _read.TryRemove(publisher, out _);
            throw;
        }
    }

    private (long Offset, PublishMarker? Marker) ReadOn(PublisherId publisher, TopicPartition partition, (long Offset, PublishMarker? Marker) before)
    {
        // First the end as it is, then committed records up to there: the end that a read_committed consumer sees stops at
        // the first open transaction, and a marker behind it would be missed.
        long end;
        using (var ends = Build<Ignore, Ignore>(IsolationLevel.ReadUncommitted))
        {
            end = ends.QueryWatermarkOffsets(partition, Deadline).High.Value;
        }

        using var consumer = Build<string, byte[]>(IsolationLevel.ReadCommitted);
        // An end that has fallen is another topic's: nothing is known of that one.
        var (offset, marker) = end < before.Offset ? (0, null) : before;
        if (offset == 0)
        {
            offset = consumer.QueryWatermarkOffsets(partition, Deadline).Low.Value;
        }

        consumer.Assign(new TopicPartitionOffset(partition, offset));
        var began = TimeProvider.System.GetTimestamp();
        while (offset < end)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"{partition} could be read to offset {offset}, its end is {end}: a transaction is open on it");
            }

            if (Next(consumer) is not { } result)
            {
                continue;
            }

            offset = result.IsPartitionEOF ? Math.Max(offset, result.Offset.Value) : result.Offset.Value + 1;
            if (!result.IsPartitionEOF && result.Message.Key == publisher.ToString())
            {
                marker = Parse(result.Message.Value, partition);
            }
        }

        return (offset, marker);
    }

    private static ConsumeResult<string, byte[]>? Next(IConsumer<string, byte[]> consumer)
    {
        try
        {
            return consumer.Consume(Poll);
        }
        catch (ConsumeException e) when (e.Error.Code == ErrorCode.GroupAuthorizationFailed)
        {
            // The client looks for a group that nobody joins; partitions are read without the right to it.
            return null;
        }
    }

    private IConsumer<TKey, TValue> Build<TKey, TValue>(IsolationLevel isolation)
    {
        var config = cluster.Consumer(isolation);

        // The end of a partition is told by a fetch that brings nothing, and brokers wait 500 ms before they answer so.
        config.FetchWaitMaxMs = 10;
        return new ConsumerBuilder<TKey, TValue>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    private static PublishMarker Parse(byte[]? value, TopicPartition partition)
    {
        var entry = (value is null ? null : JsonSerializer.Deserialize<Entry>(value)) ?? throw new InvalidDataException($"{partition} holds a marker that is none");
        return entry.Format == Format
            ? new PublishMarker(entry.Cut, entry.Segments)
            : throw new InvalidDataException($"{partition} holds a marker of format {entry.Format}, this program reads {Format}");
    }

    private sealed record Entry(int Format, long Cut, int Segments);
}

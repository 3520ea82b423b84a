using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gearpump.Sources;

namespace Gearpump.Kafka.Read;

/// <summary>
/// Reads a topic's values, a split for each partition; the record's event time is Kafka's timestamp, a tombstone is an empty value.
/// Partitions are assigned, never subscribed to. A position is the topic's id, the offset and the leader epoch.
/// </summary>
public sealed class KafkaSource(KafkaCluster cluster, string topic, KafkaSourceOptions? options = null, TimeProvider? time = null) : ITimeReplayableSource, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly KafkaSourceOptions _options = options ?? new KafkaSourceOptions();
    private readonly TopicWatch _watch = new(cluster, topic, time ?? TimeProvider.System);

    // Not the addresses: a cluster keeps its topics when its brokers move.
    /// <inheritdoc />
    public string Identity => $"topic {topic} of {cluster.Name}{(_options.UntilEnd ? " until its end" : "")}";

    /// <inheritdoc />
    public async ValueTask CheckAsync(string job, CancellationToken cancellation)
    {
        using var admin = new KafkaAdmin(cluster);
        admin.Demand(await admin.TopicAsync(topic).WaitAsync(cancellation).ConfigureAwait(false), AclOperation.Read);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation)
    {
        using var admin = new KafkaAdmin(cluster);
        var found = await admin.FindTopicAsync(topic).WaitAsync(cancellation).ConfigureAwait(false)
            ?? throw new SourceLostException($"there is no topic '{topic}'; create it first");
        return await Task.Run(() => Resolve(found), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(split);
        var from = KafkaPosition.From(position);
        var found = await _watch.FindAsync().WaitAsync(cancellation).ConfigureAwait(false)
            ?? throw new IOException($"the brokers do not know topic '{topic}' at the moment");
        if (found.Id != from.Topic)
        {
            throw _watch.Another(from, split.Id);
        }

        return await Task.Run(() => Open(split, from), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _watch.Dispose();

    private IReadOnlyList<SourceSplit> Resolve(KafkaTopic found)
    {
        // Of a read_committed consumer the end is the last stable offset.
        using var consumer = NewConsumer();
        return Enumerable.Range(0, found.Partitions).Select(number =>
        {
            var partition = new TopicPartition(topic, number);
            var offsets = consumer.QueryWatermarkOffsets(partition, Deadline);
            var start = _options.FromEnd ? offsets.High.Value : At(consumer, partition, offsets);
            return new SourceSplit(
                number.ToString(CultureInfo.InvariantCulture),
                new KafkaPosition(found.Id, start, -1).ToSourcePosition(),
                _options.UntilEnd ? new KafkaPosition(found.Id, offsets.High.Value, -1).ToSourcePosition() : null);
        }).ToList();
    }

    private long At(IConsumer<Ignore, byte[]> consumer, TopicPartition partition, WatermarkOffsets offsets)
    {
        if (_options.From is not { } time)
        {
            return offsets.Low.Value;
        }

        var found = consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(time))], Deadline)[0].Offset;

        // A time past the end is answered by "the end", which is no place.
        return found.Value >= 0 ? found.Value : offsets.High.Value;
    }

    private KafkaSplitReader Open(SourceSplit split, KafkaPosition from)
    {
        var partition = new TopicPartition(topic, int.Parse(split.Id, CultureInfo.InvariantCulture));
        var consumer = NewConsumer();
        try
        {
            var offsets = consumer.QueryWatermarkOffsets(partition, Deadline);
            if (from.Offset < offsets.Low.Value)
            {
                throw new SourceLostException($"partition {split.Id} of topic '{topic}' begins at offset {offsets.Low}, the job needs {from}: the records between were deleted (retention)");
            }

            // The last stable offset can lie below a position behind trailing control records, never the end itself.
            using var ends = new ConsumerBuilder<Ignore, Ignore>(cluster.Consumer(IsolationLevel.ReadUncommitted)).SetLogHandler(static (_, _) => { }).Build();
            var end = ends.QueryWatermarkOffsets(partition, Deadline).High.Value;
            if (from.Offset > end)
            {
                throw new SourceLostException($"partition {split.Id} of topic '{topic}' ends at offset {end}, the job was at {from}: it was truncated or created again");
            }

            // With the epoch of the record before it the client notices that a log was cut below and written anew.
            consumer.Assign(new TopicPartitionOffset(partition, from.Offset, from.LeaderEpoch < 0 ? null : from.LeaderEpoch));
            return new KafkaSplitReader(consumer, _watch, partition, from, split.End is { } last ? KafkaPosition.From(last).Offset : null);
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    private IConsumer<Ignore, byte[]> NewConsumer() => new ConsumerBuilder<Ignore, byte[]>(cluster.Consumer())
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build();
}

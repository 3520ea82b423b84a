using Confluent.Kafka;

namespace Gearpump.Kafka.Write;

/// <summary>Reads a partition of a marker topic by consumers of Confluent.Kafka. Their calls block, so they run on the pool.</summary>
internal sealed class ConfluentMarkerReader(KafkaCluster cluster, string topic, int partition) : IMarkerReader
{
    private const int RecordsMost = 10_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly TopicPartition _place = new(topic, partition);
    private IConsumer<string, byte[]>? _consumer;
    private long _position = -1;

    public ValueTask<long> BeginningAsync(CancellationToken cancellation) =>
        Run(() => Consumer().QueryWatermarkOffsets(_place, Deadline).Low.Value, cancellation);

    public ValueTask<long> EndAsync(CancellationToken cancellation) => Run(() =>
    {
        using var consumer = Build<Ignore, Ignore>(IsolationLevel.ReadUncommitted);
        return consumer.QueryWatermarkOffsets(_place, Deadline).High.Value;
    }, cancellation);

    public ValueTask<MarkerPage> ReadAsync(long offset, CancellationToken cancellation) => Run(() => Read(offset), cancellation);

    public ValueTask DisposeAsync() => _consumer is null ? ValueTask.CompletedTask : new ValueTask(Task.Run(_consumer.Dispose));

    // Up to the end as the broker tells it, which stops at the first open transaction.
    private MarkerPage Read(long offset)
    {
        var consumer = Consumer();
        if (offset != _position)
        {
            consumer.Assign(new TopicPartitionOffset(_place, offset));
            _position = offset;
        }

        var records = new List<(string?, byte[]?)>();
        while (records.Count < RecordsMost && Next(consumer) is { } result)
        {
            if (result.IsPartitionEOF)
            {
                _position = Math.Max(_position, result.Offset.Value);
                break;
            }

            _position = result.Offset.Value + 1;
            records.Add((result.Message.Key, result.Message.Value));
        }

        return new MarkerPage(records, _position);
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

    private IConsumer<string, byte[]> Consumer() => _consumer ??= Build<string, byte[]>(IsolationLevel.ReadCommitted);

    private IConsumer<TKey, TValue> Build<TKey, TValue>(IsolationLevel isolation)
    {
        var config = cluster.Consumer(isolation);

        // The end of a partition is told by a fetch that brings nothing, and brokers wait 500 ms before they answer so.
        config.FetchWaitMaxMs = 10;
        return new ConsumerBuilder<TKey, TValue>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    private ValueTask<T> Run<T>(Func<T> action, CancellationToken cancellation) => new(Task.Run(() =>
    {
        try
        {
            return action();
        }
        catch (KafkaException e)
        {
            throw e.Error.ToException($"Read of topic '{topic}'{cluster.Who}", e);
        }
    }, cancellation));
}

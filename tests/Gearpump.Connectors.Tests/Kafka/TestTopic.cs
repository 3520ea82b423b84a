using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gearpump.Kafka;
using Gearpump.Testing.Containers;
using Xunit;

namespace Gearpump.Connectors.Tests.Kafka;

/// <summary>A topic of its own on the real broker, written and read by the client alone, without any of the code under test.</summary>
internal sealed class TestTopic(string bootstrap, string name)
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    public string Bootstrap => bootstrap;

    public string Name => name;

    public KafkaCluster Cluster { get; } = new(bootstrap);

    public static async Task<TestTopic> NewAsync(KafkaServer server, int partitions = 1, Dictionary<string, string>? settings = null, string? name = null)
    {
        var topic = new TestTopic(await server.BootstrapServersAsync(), name ?? $"topic-{Guid.NewGuid():n}");
        await topic.CreateAsync(partitions, settings);
        return topic;
    }

    public async Task CreateAsync(int partitions = 1, Dictionary<string, string>? settings = null)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = settings }]);
        await UntilAsync(found => found);
    }

    public async Task DeleteAsync()
    {
        using var admin = Admin();
        await admin.DeleteTopicsAsync([name]);
        await UntilAsync(found => !found);
    }

    /// <summary>Deletes the records below an offset, as retention does.</summary>
    public async Task DeleteBelowAsync(long offset)
    {
        using var admin = Admin();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(name, 0, offset)]);
    }

    public async Task WriteAsync(int partition, params string[] values)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrap }).Build();
        foreach (var value in values)
        {
            await producer.ProduceAsync(new TopicPartition(name, partition), new Message<Null, string> { Value = value });
        }
    }

    /// <summary>Writes in a transaction, which leaves a control record behind, and ends it as told; null: it stays open until the producer is disposed.</summary>
    public IProducer<string, string> WriteInTransaction(int partition, bool? commit, params string[] values)
    {
        var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = bootstrap, TransactionalId = $"other-{Guid.NewGuid():n}" }).Build();
        producer.InitTransactions(Most);
        producer.BeginTransaction();
        foreach (var value in values)
        {
            producer.Produce(new TopicPartition(name, partition), new Message<string, string> { Key = "other", Value = value });
        }

        producer.Flush(Most);
        if (commit == true)
        {
            producer.CommitTransaction(Most);
        }
        else if (commit == false)
        {
            producer.AbortTransaction(Most);
        }

        return producer;
    }

    /// <summary>Everything that a read_committed reader sees, in the order of partitions; fails where the last stable offset is not the end.</summary>
    public IReadOnlyList<(string? Key, string Value, long TimestampMs, int Partition)> ReadCommitted()
    {
        var records = new List<(string?, string, long, int)>();
        using var consumer = Consumer(IsolationLevel.ReadCommitted);
        using var admin = Admin();
        var partitions = admin.GetMetadata(name, Most).Topics[0].Partitions.Count;
        for (var number = 0; number < partitions; number++)
        {
            ReadPartition(consumer, new TopicPartition(name, number), records);
        }

        return records;
    }

    /// <summary>The last stable offset, and the end.</summary>
    public (long Stable, long End) Ends(int partition = 0)
    {
        using var committed = Consumer(IsolationLevel.ReadCommitted);
        using var all = Consumer(IsolationLevel.ReadUncommitted);
        var place = new TopicPartition(name, partition);
        return (committed.QueryWatermarkOffsets(place, Most).High.Value, all.QueryWatermarkOffsets(place, Most).High.Value);
    }

    private void ReadPartition(IConsumer<byte[]?, byte[]> consumer, TopicPartition place, List<(string?, string, long, int)> records)
    {
        var (stable, end) = Ends(place.Partition.Value);
        Assert.Equal(end, stable);
        var low = consumer.QueryWatermarkOffsets(place, Most).Low;
        consumer.Assign(new TopicPartitionOffset(place, low));
        for (var offset = low.Value; offset < end;)
        {
            var result = consumer.Consume(Most) ?? throw new TimeoutException($"{place} ends at {end}, nothing behind {offset}");
            offset = result.Offset.Value + (result.IsPartitionEOF ? 0 : 1);
            if (!result.IsPartitionEOF)
            {
                var key = result.Message.Key is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
                records.Add((key, Encoding.UTF8.GetString(result.Message.Value), result.Message.Timestamp.UnixTimestampMs, place.Partition.Value));
            }
        }
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();

    private IConsumer<byte[]?, byte[]> Consumer(IsolationLevel isolation) => new ConsumerBuilder<byte[]?, byte[]>(
        new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader", IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false }).Build();

    private async Task UntilAsync(Func<bool, bool> done)
    {
        using var admin = new KafkaAdmin(Cluster);
        using var deadline = new CancellationTokenSource(Most);
        while (!done(await admin.FindTopicAsync(name) is not null))
        {
            await Task.Delay(50, deadline.Token);
        }
    }
}

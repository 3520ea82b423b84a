using System.Globalization;
using Confluent.Kafka;

namespace Gearpump.EndToEnd.Support;

/// <summary>The committed records of a topic, as any read_committed consumer sees them.</summary>
internal sealed class TopicUpdates : CommittedUpdates
{
    private readonly IConsumer<string, string> _consumer;

    public TopicUpdates(string bootstrapServers, string topic, int partitions)
        : this(new Dictionary<string, string> { ["bootstrap.servers"] = bootstrapServers }, topic, partitions)
    {
    }

    public TopicUpdates(IReadOnlyDictionary<string, string> settings, string topic, int partitions)
    {
        _consumer = new ConsumerBuilder<string, string>(new ConsumerConfig(new Dictionary<string, string>(settings))
        {
            GroupId = "reader",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, partitions).Select(number => new TopicPartitionOffset(topic, number, Offset.Beginning)));
    }

    public override void ReadNew()
    {
        while (_consumer.Consume(TimeSpan.FromMilliseconds(20)) is { } record)
        {
            Take(record.Message.Key, long.Parse(record.Message.Value, CultureInfo.InvariantCulture), $"{record.TopicPartitionOffset}");
        }
    }

    public override void Dispose()
    {
        _consumer.Dispose();
        base.Dispose();
    }
}

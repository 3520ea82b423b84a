using System.Globalization;
using Confluent.Kafka;

namespace Gearpump.EndToEnd.Support;

/// <summary>The records of a topic that was written at least once: updates may repeat, the last one of a word counts.</summary>
internal sealed class RepeatedTopicUpdates : CommittedUpdates
{
    private readonly IConsumer<string, string> _consumer;
    private readonly Dictionary<string, HashSet<long>> _seen = new(StringComparer.Ordinal);

    public RepeatedTopicUpdates(string bootstrapServers, string topic, int partitions)
    {
        _consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "reader", EnableAutoCommit = false })
            .SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, partitions).Select(number => new TopicPartitionOffset(topic, number, Offset.Beginning)));
    }

    /// <summary>How many updates were there before.</summary>
    public long Repeated { get; private set; }

    /// <summary>How many different updates there are.</summary>
    public long Different => _seen.Values.Sum(static updates => (long)updates.Count);

    public override void ReadNew()
    {
        while (_consumer.Consume(TimeSpan.FromMilliseconds(20)) is { } record)
        {
            var word = record.Message.Key;
            var update = long.Parse(record.Message.Value, CultureInfo.InvariantCulture);
            var updates = _seen.TryGetValue(word, out var found) ? found : _seen[word] = [];
            Repeated += updates.Add(update) ? 0 : 1;
            TakeLast(word, update);
        }
    }

    public override void Dispose()
    {
        _consumer.Dispose();
        base.Dispose();
    }
}

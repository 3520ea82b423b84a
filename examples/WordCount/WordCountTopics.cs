using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Gearpump.Hosting.Launch;

namespace Gearpump.Examples.WordCount;

/// <summary>Topic in, topic out.</summary>
internal sealed class WordCountTopics(WordCountOptions options, string brokers) : IWordCountPlace
{
    private const int ChaosSeconds = 90;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public string Committed => $"topic {options.To}";

    public IEnumerable<string> InputLines() => Read(options.From).Select(record => Encoding.UTF8.GetString(record.Value ?? []));

    // Of whatever instance: in an exactly-once topic the last record of a word is its newest.
    public Dictionary<string, long> Counts(string instance)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var record in Read(options.To))
        {
            counts[Encoding.UTF8.GetString(record.Key)] = long.Parse(record.Value, CultureInfo.InvariantCulture);
        }

        return counts;
    }

    public ChaosOptions NewChaos() => new()
    {
        Repeat = 1,
        PaceFile = Path.Combine(Path.GetFullPath(options.Output), $"pace-{Environment.ProcessId}"),
        LinesPerSecond = (int)Math.Max(1, Ends(options.From).Sum() / ChaosSeconds),
        Committed = () => Ends(options.To).Sum(),
    };

    // To the last stable offsets, as a read_committed consumer sees them.
    private IEnumerable<Message<byte[], byte[]>> Read(string topic)
    {
        var ends = Ends(topic);
        using var consumer = Consumer();
        consumer.Assign(ends.Select((_, partition) => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var open = ends.Select((end, partition) => (end, partition)).Where(pair => pair.end > 0).Select(pair => pair.partition).ToHashSet();
        while (open.Count > 0)
        {
            var record = consumer.Consume(Deadline) ?? throw new TimeoutException($"topic '{topic}' could not be read to its end within {Deadline.TotalSeconds} s");
            if (record.Offset.Value >= ends[record.Partition.Value] - (record.IsPartitionEOF ? 0 : 1))
            {
                open.Remove(record.Partition.Value);
            }

            if (!record.IsPartitionEOF)
            {
                yield return record.Message;
            }
        }
    }

    private long[] Ends(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(Settings())).SetLogHandler(static (_, _) => { }).Build();
        var partitions = admin.GetMetadata(topic, Deadline).Topics[0].Partitions.Count;
        using var consumer = Consumer();
        return Enumerable.Range(0, partitions).Select(number => consumer.QueryWatermarkOffsets(new TopicPartition(topic, number), Deadline).High.Value).ToArray();
    }

    private IConsumer<byte[], byte[]> Consumer() => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig(Settings())
    {
        GroupId = "word-count-reader",
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnablePartitionEof = true,
        EnableAutoCommit = false,
    }).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();

    private Dictionary<string, string> Settings() => new(options.KafkaSettings) { ["bootstrap.servers"] = brokers };
}

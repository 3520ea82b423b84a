using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Gearpump.EndToEnd.Support;

/// <summary>Makes topics, and writes lines of known words into one of them at a rate.</summary>
internal sealed class TopicFeeder(IReadOnlyDictionary<string, string> settings) : IDisposable
{
    public const int Partitions = 4;
    private const int WordsOfALine = 10;
    private readonly IProducer<Null, string> _producer =
        new ProducerBuilder<Null, string>(new ProducerConfig(Copy(settings)) { EnableIdempotence = true }).SetLogHandler(static (_, _) => { }).Build();

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;
    private volatile bool _over;

    public TopicFeeder(string bootstrapServers)
        : this(new Dictionary<string, string> { ["bootstrap.servers"] = bootstrapServers })
    {
    }

    /// <summary>How often each word was written.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Makes an input and an output topic of its own for each call.</summary>
    public async Task<(string From, string To)> CreateBothAsync()
    {
        var (from, to) = ($"text-{Guid.NewGuid():n}", $"counts-{Guid.NewGuid():n}");
        await CreateAsync(from, to);
        return (from, to);
    }

    /// <summary>Deletes a topic where there is one.</summary>
    public async Task DeleteAsync(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(Copy(settings))).Build();
        try
        {
            await admin.DeleteTopicsAsync([topic]);
        }
        catch (DeleteTopicsException e) when (e.Results is [{ Error.Code: ErrorCode.UnknownTopicOrPart }])
        {
            // So nobody has made it yet.
        }
    }

    public async Task CreateAsync(params string[] topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig(Copy(settings))).Build();
        await admin.CreateTopicsAsync(topics.Select(static topic => new TopicSpecification { Name = topic, NumPartitions = Partitions, ReplicationFactor = 1 }));
    }

    /// <summary>Writes until so many lines are written and <paramref name="enough"/> says so too; all of them are confirmed at the end.</summary>
    public Task WriteAsync(string topic, long lines, double linesPerSecond, Func<bool> enough) => _writing = WriteAllAsync(topic, lines, linesPerSecond, enough);

    /// <summary>A topic's partitions on which a transaction is open, by number.</summary>
    public IReadOnlyList<int> OpenPartitions(string topic, int partitions = Partitions)
    {
        return Enumerable.Range(0, partitions).Where(number => End(topic, number, IsolationLevel.ReadCommitted) != End(topic, number, IsolationLevel.ReadUncommitted)).ToList();
    }

    // A test that fails leaves while its lines are still being written: a producer that is pulled away then takes the process along.
    public void Dispose()
    {
        _over = true;
        Task.WhenAny(_writing).Wait();
        _producer.Dispose();
    }

    private async Task WriteAllAsync(string topic, long lines, double linesPerSecond, Func<bool> enough)
    {
        var random = new Random(71);
        var began = Stopwatch.GetTimestamp();
        for (var line = 0L; !_over && (line < lines || !enough()); line++)
        {
            var words = Enumerable.Range(0, WordsOfALine)
                .Select(_ => string.Create(CultureInfo.InvariantCulture, $"w{(int)(2_000 * Math.Pow(random.NextDouble(), 3))}")).ToList();
            words.ForEach(word => _counts[word] = _counts.GetValueOrDefault(word) + 1);
            await ProduceAsync(new TopicPartition(topic, (int)(line % Partitions)), string.Join(' ', words)).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(began).TotalSeconds < line / linesPerSecond)
            {
                await Task.Delay(10).ConfigureAwait(false);
            }
        }

        _producer.Flush(TimeSpan.FromMinutes(1));
    }

    // While the broker is away the client's queue may fill up.
    private async Task ProduceAsync(TopicPartition place, string line)
    {
        while (!_over)
        {
            try
            {
                _producer.Produce(place, new Message<Null, string> { Value = line });
                return;
            }
            catch (ProduceException<Null, string> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(10).ConfigureAwait(false);
            }
        }
    }

    // A configuration writes into the dictionary that it is given.
    private static Dictionary<string, string> Copy(IReadOnlyDictionary<string, string> settings) => new(settings);

    private long End(string topic, int partition, IsolationLevel isolation)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig(Copy(settings)) { GroupId = "ends", IsolationLevel = isolation }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), TimeSpan.FromSeconds(20)).High.Value;
    }
}

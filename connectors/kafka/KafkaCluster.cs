using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Gearpump.Kafka;

/// <summary>How a Kafka cluster is reached. Any setting of Confluent.Kafka can be given, but those that the guarantees rest on.</summary>
public sealed class KafkaCluster
{
    private static readonly IReadOnlyDictionary<string, string> Refused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["acks"] = "every write waits for all replicas in sync",
        ["allow.auto.create.topics"] = "a mistyped topic is refused",
        ["auto.offset.reset"] = "a position that is gone fails the job and skips nothing",
        ["bootstrap.servers"] = "it is given by itself",
        ["check.crcs"] = "damaged batches are never taken",
        ["dotnet.producer.enable.delivery.reports"] = "a record counts when its delivery is confirmed",
        ["enable.auto.commit"] = "positions stand in the job's manifests",
        ["enable.auto.offset.store"] = "positions stand in the job's manifests",
        ["enable.idempotence"] = "producers are idempotent always",
        ["enable.partition.eof"] = "a bounded read ends there",
        ["group.id"] = "partitions are assigned by the coordinator",
        ["group.instance.id"] = "partitions are assigned by the coordinator",
        ["isolation.level"] = "aborted records are never read",
        ["message.max.bytes"] = "it follows KafkaOutputOptions.RecordBytesMax",
        ["metadata.broker.list"] = "brokers are given by themselves",
        ["partitioner"] = "keys lie where Kafka's Java clients look for them",
        ["request.required.acks"] = "every write waits for all replicas in sync",
        ["transaction.timeout.ms"] = "it is KafkaOutputOptions.TransactionTimeout",
        ["transactional.id"] = "it is job/instance/publisher, by which an older publisher is fenced",
    };

    private readonly IReadOnlyDictionary<string, string> _settings;

    /// <param name="bootstrapServers">host:port of one or more brokers, joined by commas.</param>
    /// <param name="settings">Settings of Confluent.Kafka (librdkafka), such as security.protocol or sasl.username.</param>
    /// <param name="name">The cluster's name in the plan; outputs to clusters of one name share publishers. Default "kafka".</param>
    /// <exception cref="GraphException">A setting would break the guarantees.</exception>
    public KafkaCluster(string bootstrapServers, IReadOnlyDictionary<string, string>? settings = null, string name = "kafka")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bootstrapServers);
        var errors = (settings ?? new Dictionary<string, string>()).Keys.Where(Refused.ContainsKey)
            .Select(key => $"Kafka setting '{key}' cannot be changed: {Refused[key]}; leave it out").ToList();
        if (errors.Count > 0)
        {
            throw new GraphException(string.Join(Environment.NewLine, errors));
        }

        (BootstrapServers, _settings, Name) = (bootstrapServers, settings ?? new Dictionary<string, string>(), name);
    }

    public string BootstrapServers { get; }

    public string Name { get; }

    /// <summary>Topics as they were when this process asked for them first.</summary>
    internal ConcurrentDictionary<string, KafkaTopic> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>Who asks, for errors: never the secret.</summary>
    internal string Who => _settings.TryGetValue("sasl.username", out var user)
        ? $" (user '{user}' by {_settings.GetValueOrDefault("sasl.mechanism") ?? _settings.GetValueOrDefault("sasl.mechanisms") ?? "the default mechanism"})"
        : "";

    internal AdminClientConfig Admin() => With(new AdminClientConfig());

    internal ConsumerConfig Consumer(IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var config = new ConsumerConfig
        {
            // Never joined: a consumer of this client needs one.
            GroupId = "gearpump",
            AutoOffsetReset = AutoOffsetReset.Error,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            CheckCrcs = true,
            IsolationLevel = isolation,
            QueuedMaxMessagesKbytes = 32 * 1024,
        };

        // By default fetching stops for a second whenever the local queue is full.
        config.Set("fetch.queue.backoff.ms", "2");
        return With(config);
    }

    /// <param name="recordBytesMax">The largest record; what the client adds to it comes on top.</param>
    internal ProducerConfig Producer(int recordBytesMax) => With(new ProducerConfig
    {
        Acks = Acks.All,
        EnableIdempotence = true,
        LingerMs = 5,
        MessageMaxBytes = Math.Max(1_000_000, recordBytesMax + 4096),
    });

    private TConfig With<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        foreach (var (key, value) in _settings)
        {
            config.Set(key, value);
        }

        return config;
    }
}

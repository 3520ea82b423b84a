using System.Buffers.Binary;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Gearpump.Kafka;

/// <summary>Asks a cluster about topics. Every call has a deadline.</summary>
internal sealed class KafkaAdmin : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);
    private const int AsksMost = 50;
    private readonly KafkaCluster _cluster;
    private readonly IAdminClient _client;
    private volatile Error? _refusal;

    /// <exception cref="RefusedException">A setting of the client is unknown or has a wrong value.</exception>
    public KafkaAdmin(KafkaCluster cluster)
    {
        _cluster = cluster;
        try
        {
            // A wrong secret shows as a time-out of every request; only here is it told by its name.
            _client = new AdminClientBuilder(cluster.Admin())
                .SetErrorHandler((_, error) => _refusal = error.IsForGood() ? error : _refusal)
                .SetLogHandler(static (_, _) => { })
                .Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new RefusedException($"a setting of the Kafka client is wrong: {e.Message}", e);
        }
    }

    /// <summary>A topic's id and number of partitions; null where there is no such topic.</summary>
    /// <exception cref="RefusedException">A secret is wrong or a right is missing.</exception>
    public async Task<KafkaTopic?> FindTopicAsync(string topic)
    {
        try
        {
            var found = await UnlessRefusedAsync(_client.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = Deadline, IncludeAuthorizedOperations = true })).ConfigureAwait(false);
            var description = found.TopicDescriptions[0];
            return new KafkaTopic(topic, IdOf(description.TopicId), description.Partitions.Count, description.Partitions.Max(static partition => partition.Replicas.Count))
            {
                Allowed = description.AuthorizedOperations,
            };
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions is [{ Error.Code: ErrorCode.UnknownTopicOrPart }])
        {
            return null;
        }
        catch (DescribeTopicsException e)
        {
            throw Explain($"Describe of topic '{topic}'", e.Results.TopicDescriptions[0].Error, e);
        }
        catch (KafkaException e)
        {
            throw Explain($"Describe of topic '{topic}'", e.Error, e);
        }
    }

    /// <summary>Why the user may not do something with a topic; null: it may, or the brokers do not tell.</summary>
    public string? WhyNot(KafkaTopic topic, AclOperation operation) => topic.Allowed is { Count: > 0 } allowed && !allowed.Contains(operation)
        ? $"no right to {operation} topic '{topic.Name}'{_cluster.Who}; give it"
        : null;

    /// <exception cref="RefusedException">The right is missing.</exception>
    public void Demand(KafkaTopic topic, params ReadOnlySpan<AclOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (WhyNot(topic, operation) is { } why)
            {
                throw new RefusedException(why);
            }
        }
    }

    /// <exception cref="RefusedException">There is no such topic, or it may not be seen.</exception>
    public async Task<KafkaTopic> TopicAsync(string topic) => await FindTopicAsync(topic).ConfigureAwait(false)
        ?? throw new RefusedException($"there is no topic '{topic}'; create it first");

    /// <summary>A topic with those of its settings that bind who writes to it.</summary>
    /// <exception cref="RefusedException">There is no such topic, or it may not be seen.</exception>
    public async Task<KafkaTopic> TopicWithSettingsAsync(string topic)
    {
        var found = await TopicAsync(topic).ConfigureAwait(false);
        var settings = await SettingsAsync(ResourceType.Topic, topic).ConfigureAwait(false);
        if (settings is null)
        {
            return found;
        }

        var ahead = settings.GetValueOrDefault("message.timestamp.type")?.Value == "LogAppendTime" ? null : settings.GetValueOrDefault("message.timestamp.after.max.ms")?.Value;
        var policy = settings["cleanup.policy"].Value;
        return found with
        {
            BatchBytesMax = int.Parse(settings["max.message.bytes"].Value, CultureInfo.InvariantCulture),
            CleanupPolicy = policy,
            IsCompacted = policy.Contains("compact", StringComparison.Ordinal),
            MinInSyncReplicas = settings["min.insync.replicas"].Value,
            AheadMost = long.TryParse(ahead, CultureInfo.InvariantCulture, out var ms) && ms < TimeSpan.MaxValue.TotalMilliseconds / 2 ? TimeSpan.FromMilliseconds(ms) : null,
        };
    }

    /// <summary>The longest transaction that the brokers allow, milliseconds; null: not known.</summary>
    public async Task<string?> TransactionTimeoutMaxAsync()
    {
        var cluster = await _client.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = Deadline }).ConfigureAwait(false);
        var broker = cluster.Nodes[0].Id.ToString(CultureInfo.InvariantCulture);
        return (await SettingsAsync(ResourceType.Broker, broker).ConfigureAwait(false))?.GetValueOrDefault("transaction.max.timeout.ms")?.Value;
    }

    /// <summary>Makes a compacted topic with so many partitions where there is none, as durable as another one, and checks one that is there.</summary>
    /// <exception cref="RefusedException">It may not be made, or it would lose its records.</exception>
    public async Task EnsureCompactedAsync(string topic, int partitions, KafkaTopic asDurableAs)
    {
        if (await FindTopicAsync(topic).ConfigureAwait(false) is null)
        {
            await CreateAsync(topic, partitions, asDurableAs).ConfigureAwait(false);
            await UntilKnownAsync(topic).ConfigureAwait(false);
        }

        var found = await TopicWithSettingsAsync(topic).ConfigureAwait(false);
        Demand(found, AclOperation.Read, AclOperation.Write);
        if (found.CleanupPolicy is { } policy && policy != "compact")
        {
            throw new RefusedException($"topic '{topic}' has cleanup.policy '{policy}' and would forget what was published; set it to 'compact'");
        }

        if (found.Partitions < partitions)
        {
            await Try($"Alter of topic '{topic}'", _client.CreatePartitionsAsync(
                [new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }], new CreatePartitionsOptions { RequestTimeout = Deadline })).ConfigureAwait(false);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task CreateAsync(string topic, int partitions, KafkaTopic asDurableAs)
    {
        var settings = new Dictionary<string, string> { ["cleanup.policy"] = "compact" };
        if (asDurableAs.MinInSyncReplicas is { } replicas)
        {
            settings["min.insync.replicas"] = replicas;
        }

        var specification = new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = (short)asDurableAs.Replication, Configs = settings };
        try
        {
            await Try($"Create of topic '{topic}'", _client.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = Deadline })).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is CreateTopicsException { Results: [{ Error.Code: ErrorCode.TopicAlreadyExists }] })
        {
            // Another process of the job was faster.
        }
    }

    // The client goes on asking with a wrong secret until the deadline; nobody needs to wait for that.
    private async Task<T> UnlessRefusedAsync<T>(Task<T> call)
    {
        _refusal = null;
        while (await Task.WhenAny(call, Task.Delay(AskEvery)).ConfigureAwait(false) != call)
        {
            if (_refusal is { } refusal)
            {
                _ = call.ContinueWith(static late => late.Exception, TaskScheduler.Default);
                throw new KafkaException(refusal);
            }
        }

        return await call.ConfigureAwait(false);
    }

    // Brokers learn of a new topic one after the other.
    private async Task UntilKnownAsync(string topic)
    {
        for (var asked = 0; await FindTopicAsync(topic).ConfigureAwait(false) is null; asked++)
        {
            if (asked == AsksMost)
            {
                throw new IOException($"topic '{topic}' was created, but the brokers do not know it");
            }

            await Task.Delay(AskEvery).ConfigureAwait(false);
        }
    }

    // Null: they may not be read with the rights that are needed.
    private async Task<Dictionary<string, ConfigEntryResult>?> SettingsAsync(ResourceType type, string name)
    {
        try
        {
            var found = await _client.DescribeConfigsAsync([new ConfigResource { Type = type, Name = name }], new DescribeConfigsOptions { RequestTimeout = Deadline }).ConfigureAwait(false);
            return found[0].Entries;
        }
        catch (DescribeConfigsException e) when (e.Results[0].Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed)
        {
            return null;
        }
        catch (KafkaException e)
        {
            throw Explain($"reading the settings of {type.ToString().ToLowerInvariant()} '{name}'", e.Error, e);
        }
    }

    private async Task Try(string doing, Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (CreateTopicsException e)
        {
            throw Explain(doing, e.Results[0].Error, e);
        }
        catch (CreatePartitionsException e)
        {
            throw Explain(doing, e.Results[0].Error, e);
        }
        catch (KafkaException e)
        {
            throw Explain(doing, e.Error, e);
        }
    }

    private Exception Explain(string doing, Error error, Exception inner) => (_refusal ?? error).ToException(doing + _cluster.Who, inner);

    private static UInt128 IdOf(Uuid id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), id.LeastSignificantBits);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}

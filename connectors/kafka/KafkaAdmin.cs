using System.Buffers.Binary;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Gearpump.Kafka;

/// <summary>Asks a cluster about topics. Every call has a deadline.</summary>
internal sealed class KafkaAdmin : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly IAdminClient _client;
    private volatile Error? _refusal;

    public KafkaAdmin(KafkaCluster cluster)
    {
        // A wrong secret shows as a time-out of every request; only here is it told by its name.
        _client = new AdminClientBuilder(cluster.Admin())
            .SetErrorHandler((_, error) => _refusal = error.IsForGood() ? error : _refusal)
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    /// <summary>A topic's id and number of partitions; null where there is no such topic.</summary>
    /// <exception cref="RefusedException">A secret is wrong or a right is missing.</exception>
    public async Task<KafkaTopic?> FindTopicAsync(string topic)
    {
        try
        {
            var found = await _client.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = Deadline }).ConfigureAwait(false);
            var description = found.TopicDescriptions[0];
            return new KafkaTopic(topic, IdOf(description.TopicId), description.Partitions.Count);
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions is [{ Error.Code: ErrorCode.UnknownTopicOrPart }])
        {
            return null;
        }
        catch (DescribeTopicsException e)
        {
            throw e.Results.TopicDescriptions[0].Error.ToException($"topic '{topic}'", e);
        }
        catch (KafkaException e)
        {
            throw (_refusal ?? e.Error).ToException($"topic '{topic}'", e);
        }
    }

    /// <exception cref="RefusedException">There is no such topic, or it may not be seen.</exception>
    public async Task<KafkaTopic> TopicAsync(string topic) => await FindTopicAsync(topic).ConfigureAwait(false)
        ?? throw new RefusedException($"there is no topic '{topic}'; create it first");

    /// <summary>Makes a compacted topic with so many partitions where there is none, and checks one that is there.</summary>
    /// <exception cref="RefusedException">It may not be made, or it would lose its records.</exception>
    public async Task EnsureCompactedAsync(string topic, int partitions)
    {
        if (await FindTopicAsync(topic).ConfigureAwait(false) is { } found)
        {
            await CheckCompactedAsync(topic).ConfigureAwait(false);
            if (found.Partitions < partitions)
            {
                await Try($"enlarging topic '{topic}'", _client.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }])).ConfigureAwait(false);
            }

            return;
        }

        var specification = new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            // The broker's default, as for any topic that people make.
            ReplicationFactor = -1,
            Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact" },
        };
        try
        {
            await Try($"creating topic '{topic}'", _client.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = Deadline })).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is CreateTopicsException { Results: [{ Error.Code: ErrorCode.TopicAlreadyExists }] })
        {
            // Another process of the job was faster.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task CheckCompactedAsync(string topic)
    {
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic };
        try
        {
            var configs = await _client.DescribeConfigsAsync([resource], new DescribeConfigsOptions { RequestTimeout = Deadline }).ConfigureAwait(false);
            var policy = configs[0].Entries["cleanup.policy"].Value;
            if (policy != "compact")
            {
                throw new RefusedException($"topic '{topic}' has cleanup.policy '{policy}' and would forget what was published; set it to 'compact'");
            }
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed)
        {
            // The policy may not be seen with the rights that are needed; what made the topic made it compacted.
        }
        catch (KafkaException e)
        {
            throw (_refusal ?? e.Error).ToException($"settings of topic '{topic}'", e);
        }
    }

    private static async Task Try(string doing, Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (CreateTopicsException e)
        {
            throw e.Results[0].Error.ToException(doing, e);
        }
        catch (CreatePartitionsException e)
        {
            throw e.Results[0].Error.ToException(doing, e);
        }
        catch (KafkaException e)
        {
            throw e.Error.ToException(doing, e);
        }
    }

    private static UInt128 IdOf(Uuid id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), id.LeastSignificantBits);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}

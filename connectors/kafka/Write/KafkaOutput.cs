using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gearpump.Graph;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>
/// Writes a topic. Exactly once: each publication is one short transaction under the id job/instance/publisher, together with a
/// marker in a compacted topic of the job's own; a new producer for each, so that nothing that comes late can touch it. At least
/// once: a record counts when its delivery is confirmed.
/// </summary>
public sealed class KafkaOutput(KafkaCluster cluster, string topic, KafkaOutputOptions? options = null, TimeProvider? time = null) : IOutput
{
    private readonly KafkaOutputOptions _options = options ?? new KafkaOutputOptions();
    private readonly MarkerTopic _markers = new((markers, partition) => new ConfluentMarkerReader(cluster, markers, partition), time ?? TimeProvider.System);

    /// <inheritdoc />
    public string System => cluster.Name;

    /// <inheritdoc />
    public int Publishers => _options.Publishers;

    /// <inheritdoc />
    public long PublicationBytesMax => _options.TransactionBytesMax;

    /// <inheritdoc />
    public async ValueTask CheckAsync(string job, Delivery delivery, CancellationToken cancellation)
    {
        using var admin = new KafkaAdmin(cluster);
        var found = await admin.TopicWithSettingsAsync(topic).WaitAsync(cancellation).ConfigureAwait(false);
        admin.Demand(found, AclOperation.Write);
        if (found.BatchBytesMax is { } most && most < _options.RecordBytesMax)
        {
            throw new RefusedException($"topic '{topic}' takes {most} bytes (max.message.bytes), RecordBytesMax is {_options.RecordBytesMax}; lower it to {most} or less");
        }

        cluster.Topics[topic] = found;
        if (delivery == Delivery.ExactlyOnce)
        {
            await admin.EnsureCompactedAsync(MarkerTopic.NameOf(job), Publishers, found).WaitAsync(cancellation).ConfigureAwait(false);
            await CheckTransactionsAsync(admin, job, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ISegmentEncoder CreateEncoder() => new KafkaSegmentEncoder(Topic(), _options, time ?? TimeProvider.System);

    /// <inheritdoc />
    public async ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) =>
        await KafkaPublishSession.OpenAsync(
            await Task.Run(() => new ConfluentProducer(cluster, _options, publisher.ToString()), cancellation).ConfigureAwait(false),
            _markers,
            publisher,
            cancellation).ConfigureAwait(false);

    /// <inheritdoc />
    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) => new(new KafkaDirectWriter(
        cluster,
        new ProducerBuilder<byte[]?, byte[]>(cluster.Producer(_options.RecordBytesMax)).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build()));

    // An id of its own beside the publishers', under the prefix for which they have the right.
    private async Task CheckTransactionsAsync(KafkaAdmin admin, string job, CancellationToken cancellation)
    {
        try
        {
            await (await OpenSessionAsync(new PublisherId(job, "check", 0), cancellation).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (RefusedException e) when (e.InnerException is KafkaException { Error.Code: ErrorCode.InvalidTransactionTimeout })
        {
            var most = await admin.TransactionTimeoutMaxAsync().WaitAsync(cancellation).ConfigureAwait(false) ?? "less";
            throw new RefusedException($"TransactionTimeout is {_options.TransactionTimeout.TotalMilliseconds:0} ms, the brokers allow {most} (transaction.max.timeout.ms); lower it", e);
        }
    }

    // The check at the start of a process has asked for it, so that nobody waits for the network here.
    private KafkaTopic Topic() => cluster.Topics.GetOrAdd(topic, name =>
    {
        using var admin = new KafkaAdmin(cluster);
        return admin.TopicWithSettingsAsync(name).GetAwaiter().GetResult();
    });
}

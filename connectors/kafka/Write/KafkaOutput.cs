using Confluent.Kafka;
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
    private readonly MarkerTopic _markers = new(cluster);
    private readonly Lazy<int> _partitions = new(() =>
    {
        using var admin = new KafkaAdmin(cluster);
        return admin.TopicAsync(topic).GetAwaiter().GetResult().Partitions;
    });

    /// <inheritdoc />
    public string System => cluster.Name;

    /// <inheritdoc />
    public int Publishers => _options.Publishers;

    /// <inheritdoc />
    public long PublicationBytesMax => _options.TransactionBytesMax;

    /// <inheritdoc />
    public async ValueTask CheckAsync(string job, CancellationToken cancellation)
    {
        using var admin = new KafkaAdmin(cluster);
        await admin.TopicAsync(topic).WaitAsync(cancellation).ConfigureAwait(false);
        await admin.EnsureCompactedAsync(MarkerTopic.NameOf(job), Publishers).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ISegmentEncoder CreateEncoder() => new KafkaSegmentEncoder(topic, _partitions.Value, _options, time ?? TimeProvider.System);

    /// <inheritdoc />
    public async ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) =>
        await Task.Run(() => KafkaPublishSession.Open(cluster, _options, _markers, publisher), cancellation).ConfigureAwait(false);

    /// <inheritdoc />
    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) =>
        new(new KafkaDirectWriter(new ProducerBuilder<byte[]?, byte[]>(cluster.Producer()).SetLogHandler(static (_, _) => { }).Build()));
}

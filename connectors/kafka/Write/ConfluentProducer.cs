using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Gearpump.Kafka.Write;

/// <summary>A transactional producer of Confluent.Kafka. Its calls block, so they run on the pool.</summary>
internal sealed class ConfluentProducer : ITransactionalProducer
{
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly KafkaCluster _cluster;
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly string _id;
    private readonly TimeSpan _timeout;

    public ConfluentProducer(KafkaCluster cluster, KafkaOutputOptions options, string id)
    {
        var config = cluster.Producer(options.RecordBytesMax);
        config.TransactionalId = id;
        config.TransactionTimeoutMs = (int)options.TransactionTimeout.TotalMilliseconds;
        config.LingerMs = 10;
        config.BatchSize = 1_000_000;
        config.BatchNumMessages = 100_000;
        config.QueueBufferingMaxMessages = 1_000_000;
        config.QueueBufferingMaxKbytes = 128 * 1024;

        // One record that is not delivered makes the whole transaction fail; a report for each would cost more than the record.
        config.EnableDeliveryReports = false;
        _producer = new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        (_cluster, _id, _timeout) = (cluster, id, options.TransactionTimeout / 4);
    }

    public ValueTask InitAsync(CancellationToken cancellation) => Run("initialising", () => _producer.InitTransactions(_timeout), cancellation);

    public void Begin() => Explain("beginning", _producer.BeginTransaction);

    public ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation) => Run("writing", () =>
    {
        foreach (var record in records)
        {
            _topics.Add(record.Topic);
            Send(record, cancellation);
        }
    }, cancellation);

    public ValueTask FlushAsync(CancellationToken cancellation) => Run("writing", () =>
    {
        if (_producer.Flush(_timeout) > 0)
        {
            throw new TimeoutException($"records were not taken within {_timeout.TotalSeconds} s");
        }
    }, cancellation);

    // A record that was refused makes it fail, too.
    public ValueTask CommitAsync(CancellationToken cancellation) => Run("committing", () => _producer.CommitTransaction(_timeout), cancellation);

    public ValueTask DisposeAsync() => new(Task.Run(_producer.Dispose));

    private void Send(in KafkaRecord record, CancellationToken cancellation)
    {
        var place = new TopicPartition(record.Topic, record.Partition);
        var message = new Message<byte[]?, byte[]> { Key = record.Key?.ToArray(), Value = record.Value.ToArray(), Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime) };
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _producer.Produce(place, message);
                return;
            }
            catch (ProduceException<byte[]?, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private ValueTask Run(string doing, Action action, CancellationToken cancellation) => new(Task.Run(async () =>
    {
        try
        {
            action();
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.TopicAuthorizationFailed)
        {
            throw await WhyAsync(doing, e).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw Explained(doing, e);
        }
    }, cancellation));

    // The client says that a topic may not be written, and not which.
    private async Task<Exception> WhyAsync(string doing, KafkaException e)
    {
        using var admin = new KafkaAdmin(_cluster);
        try
        {
            foreach (var topic in _topics)
            {
                admin.Demand(await admin.TopicAsync(topic).ConfigureAwait(false), AclOperation.Write);
            }
        }
        catch (Exception why) when (why is RefusedException or IOException)
        {
            return why;
        }

        return Explained(doing, e);
    }

    private Exception Explained(string doing, KafkaException e) => e.Error.ToException(
        e.Error.Code == ErrorCode.TransactionalIdAuthorizationFailed
            ? $"Write with transactional id '{_id}'{_cluster.Who}"
            : $"transactional id '{_id}'{_cluster.Who}, {doing}",
        e);

    private void Explain(string doing, Action action)
    {
        try
        {
            action();
        }
        catch (KafkaException e)
        {
            throw Explained(doing, e);
        }
    }
}

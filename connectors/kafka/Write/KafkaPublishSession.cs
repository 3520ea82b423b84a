using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gearpump.Kafka.Format;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>
/// One producer, and at most one transaction. Opening it aborts what an older one of this publisher has open, waits for what that
/// one is committing, and fences it; the marker is read behind that.
/// </summary>
internal sealed class KafkaPublishSession : IPublishSession
{
    private static readonly TimeSpan AbortMost = TimeSpan.FromSeconds(5);
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly KafkaCluster _cluster;
    private readonly HashSet<string> _topics;
    private readonly MarkerTopic _markers;
    private readonly PublisherId _publisher;
    private readonly TimeSpan _timeout;
    private bool _used;
    private bool _open;

    private KafkaPublishSession(IProducer<byte[]?, byte[]> producer, KafkaCluster cluster, MarkerTopic markers, PublisherId publisher, TimeSpan timeout)
    {
        (_producer, _cluster, _markers, _publisher, _timeout) = (producer, cluster, markers, publisher, timeout);
        _topics = new HashSet<string>(StringComparer.Ordinal) { MarkerTopic.NameOf(publisher.Job) };
    }

    public static KafkaPublishSession Open(KafkaCluster cluster, KafkaOutputOptions options, MarkerTopic markers, PublisherId publisher)
    {
        var config = cluster.Producer(options.RecordBytesMax);
        config.TransactionalId = publisher.ToString();
        config.TransactionTimeoutMs = (int)options.TransactionTimeout.TotalMilliseconds;
        config.LingerMs = 10;
        config.BatchSize = 1_000_000;
        config.BatchNumMessages = 100_000;
        config.QueueBufferingMaxMessages = 1_000_000;
        config.QueueBufferingMaxKbytes = 128 * 1024;

        // One record that is not delivered makes the whole transaction fail; a report for each would cost more than the record.
        config.EnableDeliveryReports = false;
        var producer = new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        try
        {
            producer.InitTransactions(options.TransactionTimeout / 4);
            return new KafkaPublishSession(producer, cluster, markers, publisher, options.TransactionTimeout / 4);
        }
        catch (KafkaException e)
        {
            producer.Dispose();
            throw e.Error.ToException(Transacting(cluster, publisher), e);
        }
    }

    public async ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation) =>
        await Task.Run(() => _markers.Read(_publisher), cancellation).ConfigureAwait(false);

    public async ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation)
    {
        if (_used)
        {
            throw new InvalidOperationException("a session publishes once: what comes late of one transaction could end the next one");
        }

        _used = true;
        try
        {
            _producer.BeginTransaction();
            _open = true;
            await foreach (var segment in segments.WithCancellation(cancellation).ConfigureAwait(false))
            {
                await Task.Run(() => Produce(segment, cancellation), cancellation).ConfigureAwait(false);
            }

            Send(new TopicPartition(MarkerTopic.NameOf(_publisher.Job), _publisher.Number), MarkerTopic.Message(_publisher, marker), cancellation);
            await Task.Run(Commit, cancellation).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw await Task.Run(() => WhyAsync(e, $"publishing cut {marker.Cut}"), CancellationToken.None).ConfigureAwait(false);
        }
    }

    // What is open is aborted here only so that readers need not wait: the next session does it too, or its time-out.
    public ValueTask DisposeAsync() => new(Task.Run(() =>
    {
        try
        {
            if (_open)
            {
                _producer.AbortTransaction(AbortMost);
            }
        }
        catch (KafkaException)
        {
            // Fenced, or the brokers are away.
        }
        finally
        {
            _producer.Dispose();
        }
    }));

    private static string Transacting(KafkaCluster cluster, PublisherId publisher) => $"Write with transactional id '{publisher}'{cluster.Who}";

    // The client says that a topic may not be written, and not which.
    private async Task<Exception> WhyAsync(KafkaException e, string doing)
    {
        if (e.Error.Code == ErrorCode.TransactionalIdAuthorizationFailed)
        {
            return e.Error.ToException(Transacting(_cluster, _publisher), e);
        }

        if (e.Error.Code != ErrorCode.TopicAuthorizationFailed)
        {
            return e.Error.ToException(doing, e);
        }

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

        return e.Error.ToException(doing, e);
    }

    private void Produce(ReadOnlyMemory<byte> segment, CancellationToken cancellation)
    {
        foreach (var (topic, partition, batch) in KafkaSegment.Read(segment))
        {
            _topics.Add(topic);
            var place = new TopicPartition(topic, partition);
            foreach (var (timestamp, key, value) in RecordBatchReader.Read(batch))
            {
                Send(place, new Message<byte[]?, byte[]> { Key = key?.ToArray(), Value = value.ToArray(), Timestamp = new Timestamp(timestamp, TimestampType.CreateTime) }, cancellation);
            }
        }
    }

    private void Send(TopicPartition place, Message<byte[]?, byte[]> message, CancellationToken cancellation)
    {
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

    // Every record is answered before the end of the transaction is asked for; a refused one makes the commit fail.
    private void Commit()
    {
        if (_producer.Flush(_timeout) > 0)
        {
            throw new TimeoutException($"records were not taken within {_timeout.TotalSeconds} s");
        }

        // From here on nobody but the next session knows how it ended.
        _open = false;
        _producer.CommitTransaction(_timeout);
    }
}

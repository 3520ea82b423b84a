using Gearpump.Kafka.Format;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>
/// The order of steps on which exactly-once rests, over whatever client: a new producer, its initialisation, the marker, one
/// transaction. Opening it aborts what an older one of this publisher has open, waits for what that one is committing, and fences
/// it; the marker is read behind that. One producer, and at most one transaction: a client repeats the end of a transaction by
/// itself, and what comes late of one could end the next one half way.
/// </summary>
internal sealed class KafkaPublishSession : IPublishSession
{
    private readonly ITransactionalProducer _producer;
    private readonly MarkerTopic _markers;
    private readonly PublisherId _publisher;
    private bool _used;

    private KafkaPublishSession(ITransactionalProducer producer, MarkerTopic markers, PublisherId publisher)
    {
        (_producer, _markers, _publisher) = (producer, markers, publisher);
    }

    /// <param name="producer">A new one, of the publisher's id; the session disposes it.</param>
    public static async ValueTask<KafkaPublishSession> OpenAsync(ITransactionalProducer producer, MarkerTopic markers, PublisherId publisher, CancellationToken cancellation)
    {
        try
        {
            await producer.InitAsync(cancellation).ConfigureAwait(false);
            return new KafkaPublishSession(producer, markers, publisher);
        }
        catch
        {
            await producer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation) => _markers.ReadAsync(_publisher, cancellation);

    public async ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation)
    {
        if (_used)
        {
            throw new InvalidOperationException("a session publishes once: what comes late of one transaction could end the next one");
        }

        _used = true;
        _producer.Begin();
        await foreach (var segment in segments.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await _producer.ProduceAsync(RecordsOf(segment), cancellation).ConfigureAwait(false);
        }

        await _producer.ProduceAsync([MarkerTopic.Record(_publisher, marker, _markers.NowMs)], cancellation).ConfigureAwait(false);

        // Every record is answered before the end of the transaction is asked for.
        await _producer.FlushAsync(cancellation).ConfigureAwait(false);
        await _producer.CommitAsync(cancellation).ConfigureAwait(false);
    }

    // What is open is left to the next session, or to its time-out: both abort it under a newer epoch. Under its own one a record
    // that is still on its way could come behind the abort, and brokers before 3.6 would put it into the next transaction.
    public ValueTask DisposeAsync() => _producer.DisposeAsync();

    private static IEnumerable<KafkaRecord> RecordsOf(ReadOnlyMemory<byte> segment)
    {
        foreach (var (topic, partition, batch) in KafkaSegment.Read(segment))
        {
            foreach (var (timestamp, key, value) in RecordBatchReader.Read(batch))
            {
                yield return new KafkaRecord(topic, partition, timestamp, key, value);
            }
        }
    }
}

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
    private bool _open;

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
        _open = true;
        await foreach (var segment in segments.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await _producer.ProduceAsync(RecordsOf(segment), cancellation).ConfigureAwait(false);
        }

        await _producer.ProduceAsync([MarkerTopic.Record(_publisher, marker, _markers.NowMs)], cancellation).ConfigureAwait(false);

        // Every record is answered before the end of the transaction is asked for.
        await _producer.FlushAsync(cancellation).ConfigureAwait(false);
        _open = false;
        await _producer.CommitAsync(cancellation).ConfigureAwait(false);
    }

    // What is open is aborted here only so that readers need not wait: the next session does it too, or its time-out.
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_open)
            {
                await _producer.AbortAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            await _producer.DisposeAsync().ConfigureAwait(false);
        }
    }

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

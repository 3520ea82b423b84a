using Confluent.Kafka;
using Gearpump.Kafka.Format;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>At least once: what is appended has been confirmed by its topic when the call returns.</summary>
internal sealed class KafkaDirectWriter(KafkaCluster cluster, IProducer<byte[]?, byte[]> producer) : IDirectWriter
{
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> segment, CancellationToken cancellation) =>
        await Task.Run(() => Append(segment, cancellation), cancellation).ConfigureAwait(false);

    public ValueTask DisposeAsync() => new(Task.Run(producer.Dispose));

    private void Append(ReadOnlyMemory<byte> segment, CancellationToken cancellation)
    {
        (string Topic, Error Error)? failed = null;
        var open = 0;
        foreach (var (topic, partition, batch) in KafkaSegment.Read(segment))
        {
            foreach (var (timestamp, key, value) in RecordBatchReader.Read(batch))
            {
                Interlocked.Increment(ref open);
                Send(new TopicPartition(topic, partition), new Message<byte[]?, byte[]> { Key = key?.ToArray(), Value = value.ToArray(), Timestamp = new Timestamp(timestamp, TimestampType.CreateTime) });
            }
        }

        while (Volatile.Read(ref open) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            producer.Flush(TimeSpan.FromMilliseconds(100));
        }

        if (failed is var (place, error))
        {
            throw error.ToException($"Write of topic '{place}'{cluster.Who}");
        }

        void Send(TopicPartition place, Message<byte[]?, byte[]> message)
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    producer.Produce(place, message, OnDelivered);
                    return;
                }
                catch (ProduceException<byte[]?, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(20));
                }
            }
        }

        void OnDelivered(DeliveryReport<byte[]?, byte[]> report)
        {
            failed = report.Error.IsError ? (report.Topic, report.Error) : failed;
            Interlocked.Decrement(ref open);
        }
    }
}

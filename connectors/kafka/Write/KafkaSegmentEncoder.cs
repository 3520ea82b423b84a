using System.Buffers;
using System.Text;
using Gearpump.Kafka.Format;
using Gearpump.Outputs;
using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Kafka.Write;

/// <summary>Encodes one task's records into batches, each of one partition, the partition chosen as Kafka's Java clients choose it.</summary>
internal sealed class KafkaSegmentEncoder(KafkaTopic topic, KafkaOutputOptions options, TimeProvider time) : ISegmentEncoder
{
    private const int BatchBytesMost = 900_000;
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(topic.Name);
    private readonly RecordBatchWriter?[] _batches = new RecordBatchWriter?[topic.Partitions];
    private readonly Dictionary<int, (ArrayBufferWriter<byte> Bytes, int Records)> _full = [];
    private int _next;

    public long BufferedBytes { get; private set; }

    public bool TryAdd(in Record record, out string? rejection)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var timestamp = record.EventTimeMs == IRecordSink.NoEventTime ? now : record.EventTimeMs;
        var most = RecordBatchWriter.RecordBytesMost(record.Key.Length, record.Value.Length);
        rejection = Refusal(record, most, timestamp, now);
        if (rejection is not null)
        {
            return false;
        }

        // Without a key a partition is kept until its batch is full, as the Java clients do.
        var partition = record.HasKey ? Murmur2.PartitionOf(record.Key.Span, topic.Partitions) : _next;
        var batch = _batches[partition] ??= new RecordBatchWriter();
        if (batch.Bytes + most > BatchBytesMost)
        {
            Close(partition, batch);
            _next = (_next + 1) % topic.Partitions;
        }

        var before = batch.Bytes;
        // Not "record.Key : null": that null would become an empty key.
        batch.Add(timestamp, record.HasKey ? record.Key : default(ReadOnlyMemory<byte>?), record.Value.Span);
        BufferedBytes += batch.Bytes - before;
        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            if (_batches[partition] is { Records: > 0 } batch)
            {
                Close(partition, batch);
            }
        }

        _next = (_next + 1) % topic.Partitions;
        foreach (var (publisher, full) in _full.OrderBy(static pair => pair.Key))
        {
            segment(publisher, full.Bytes.WrittenMemory, full.Records);
        }

        _full.Clear();
        BufferedBytes = 0;
    }

    // What the topic would refuse is found here, while the record can still go to the dead letters with its cut.
    private string? Refusal(in Record record, int bytesMost, long timestampMs, long nowMs)
    {
        if (bytesMost + RecordBatchWriter.HeaderBytes > options.RecordBytesMax)
        {
            return $"{record.Key.Length + record.Value.Length} bytes, topic '{topic.Name}' takes {options.RecordBytesMax} with all that belongs to a record";
        }

        if (!record.HasKey && topic.IsCompacted)
        {
            return $"no key, topic '{topic.Name}' is compacted";
        }

        if (timestampMs < 0)
        {
            return $"time {timestampMs} ms lies before 1970, which topic '{topic.Name}' refuses";
        }

        return topic.AheadMost is { } ahead && timestampMs - nowMs > ahead.TotalMilliseconds
            ? $"time {timestampMs} ms lies more than {ahead.TotalSeconds:0} s ahead, which topic '{topic.Name}' refuses"
            : null;
    }

    private void Close(int partition, RecordBatchWriter batch)
    {
        var publisher = partition % options.Publishers;
        var full = _full.TryGetValue(publisher, out var found) ? found : (Bytes: new ArrayBufferWriter<byte>(batch.Bytes + 64), Records: 0);
        var records = batch.Records;
        KafkaSegment.Append(full.Bytes, _topic, partition, batch.Finish());
        _full[publisher] = (full.Bytes, full.Records + records);
    }
}

using System.Buffers;
using System.Text;
using Gearpump.Kafka.Format;
using Gearpump.Outputs;
using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Kafka.Write;

/// <summary>Encodes one task's records into batches, each of one partition, the partition chosen as Kafka's Java clients choose it.</summary>
internal sealed class KafkaSegmentEncoder(string topic, int partitions, KafkaOutputOptions options, TimeProvider time) : ISegmentEncoder
{
    private const int BatchBytesMost = 900_000;
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(topic);
    private readonly RecordBatchWriter?[] _batches = new RecordBatchWriter?[partitions];
    private readonly Dictionary<int, (ArrayBufferWriter<byte> Bytes, int Records)> _full = [];
    private int _next;

    public long BufferedBytes { get; private set; }

    public bool TryAdd(in Record record, out string? rejection)
    {
        rejection = null;
        var most = RecordBatchWriter.RecordBytesMost(record.Key.Length, record.Value.Length);
        if (most > options.RecordBytesMax)
        {
            rejection = $"{record.Key.Length + record.Value.Length} bytes, topic '{topic}' takes {options.RecordBytesMax}";
            return false;
        }

        // Without a key a partition is kept until its batch is full, as the Java clients do.
        var partition = record.HasKey ? Murmur2.PartitionOf(record.Key.Span, partitions) : _next;
        var batch = _batches[partition] ??= new RecordBatchWriter();
        if (batch.Bytes + most > BatchBytesMost)
        {
            Close(partition, batch);
            _next = (_next + 1) % partitions;
        }

        var before = batch.Bytes;
        batch.Add(
            record.EventTimeMs == IRecordSink.NoEventTime ? time.GetUtcNow().ToUnixTimeMilliseconds() : record.EventTimeMs,
            record.HasKey ? record.Key : null,
            record.Value.Span);
        BufferedBytes += batch.Bytes - before;
        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        for (var partition = 0; partition < partitions; partition++)
        {
            if (_batches[partition] is { Records: > 0 } batch)
            {
                Close(partition, batch);
            }
        }

        _next = (_next + 1) % partitions;
        foreach (var (publisher, full) in _full.OrderBy(static pair => pair.Key))
        {
            segment(publisher, full.Bytes.WrittenMemory, full.Records);
        }

        _full.Clear();
        BufferedBytes = 0;
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

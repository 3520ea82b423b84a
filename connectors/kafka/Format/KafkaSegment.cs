using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gearpump.Kafka.Format;

/// <summary>A segment of a Kafka output: batches one after the other, each behind topic (length in 2 bytes, UTF-8), partition and length (4 bytes each), little-endian.</summary>
internal static class KafkaSegment
{
    public static void Append(IBufferWriter<byte> segment, byte[] topic, int partition, ReadOnlySpan<byte> batch)
    {
        var head = segment.GetSpan(10 + topic.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)topic.Length);
        topic.CopyTo(head[2..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[(2 + topic.Length)..], partition);
        BinaryPrimitives.WriteInt32LittleEndian(head[(6 + topic.Length)..], batch.Length);
        segment.Advance(10 + topic.Length);
        segment.Write(batch);
    }

    /// <exception cref="InvalidDataException">It is no such segment.</exception>
    public static IEnumerable<(string Topic, int Partition, ReadOnlyMemory<byte> Batch)> Read(ReadOnlyMemory<byte> segment)
    {
        for (var at = 0; at < segment.Length;)
        {
            yield return ReadBatch(segment, ref at);
        }
    }

    private static (string, int, ReadOnlyMemory<byte>) ReadBatch(ReadOnlyMemory<byte> segment, ref int at)
    {
        var rest = segment.Span[at..];
        if (rest.Length < 10)
        {
            throw new InvalidDataException("a segment ends in the head of a batch");
        }

        var topic = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (rest.Length < 10 + topic)
        {
            throw new InvalidDataException("a segment ends in the head of a batch");
        }

        var partition = BinaryPrimitives.ReadInt32LittleEndian(rest[(2 + topic)..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest[(6 + topic)..]);
        if (partition < 0 || length < 0 || length > rest.Length - 10 - topic)
        {
            throw new InvalidDataException($"a batch of {length} bytes for partition {partition} does not fit into its segment");
        }

        var batch = (Encoding.UTF8.GetString(rest.Slice(2, topic)), partition, segment.Slice(at + 10 + topic, length));
        at += 10 + topic + length;
        return batch;
    }
}

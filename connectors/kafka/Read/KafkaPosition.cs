using System.Buffers.Binary;
using System.Globalization;
using Gearpump.Sources;

namespace Gearpump.Kafka.Read;

/// <summary>A place in a partition: the topic's id, the offset of the next record, and the leader epoch in which the one before it was written (−1: unknown).</summary>
internal readonly record struct KafkaPosition(UInt128 Topic, long Offset, int LeaderEpoch)
{
    private const int Bytes = 16 + sizeof(long) + sizeof(int);

    public SourcePosition ToSourcePosition()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Topic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), LeaderEpoch);
        return new SourcePosition(bytes);
    }

    /// <exception cref="FormatException">It is no position of a partition.</exception>
    public static KafkaPosition From(SourcePosition position)
    {
        var bytes = position.Bytes.Span;
        return bytes.Length == Bytes
            ? new KafkaPosition(
                BinaryPrimitives.ReadUInt128LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]))
            : throw new FormatException($"a position of {bytes.Length} bytes where {Bytes} were expected");
    }

    public override string ToString() => Offset.ToString(CultureInfo.InvariantCulture);
}

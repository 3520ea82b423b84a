using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gearpump.Testing.Kafka;

/// <summary>Kafka's primitive types in the encoding that is not flexible: https://kafka.apache.org/protocol#protocol_types</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public WireWriter Int8(int value)
    {
        _bytes.Write([(byte)value]);
        return this;
    }

    public WireWriter Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(2), value);
        _bytes.Advance(2);
        return this;
    }

    public WireWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public WireWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public WireWriter String(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Int16((short)bytes.Length).Raw(bytes);
    }

    public WireWriter Bytes(ReadOnlySpan<byte> bytes) => Int32(bytes.Length).Raw(bytes);

    /// <summary>An array of one topic with one partition: what follows belongs to it.</summary>
    public WireWriter Partition(string topic, int partition) => Int32(1).String(topic).Int32(1).Int32(partition);

    /// <summary>A variable-length number of record batches.</summary>
    public WireWriter VarInt(long value)
    {
        for (var rest = (ulong)((value << 1) ^ (value >> 63)); ; rest >>= 7)
        {
            Int8((int)(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
            if (rest <= 0x7F)
            {
                return this;
            }
        }
    }

    public WireWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Gearpump.Testing.Kafka;

/// <summary>Reads what <see cref="WireWriter"/> writes.</summary>
internal sealed class WireReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public int Left => _rest.Length;

    public byte Int8() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>A string; null is read as an empty one.</summary>
    public string String() => Encoding.UTF8.GetString(Take(Math.Max((short)0, Int16())));

    /// <summary>Bytes with their length; null is read as none.</summary>
    public ReadOnlyMemory<byte> Bytes() => Slice(Math.Max(0, Int32()));

    /// <summary>The head of an array with one topic and one partition in it.</summary>
    public WireReader Partition()
    {
        Expect(Int32());
        String();
        Expect(Int32());
        Int32();
        return this;
    }

    public long VarInt()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Int8();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    public ReadOnlyMemory<byte> Slice(int length)
    {
        var slice = _rest[..length];
        _rest = _rest[length..];
        return slice;
    }

    private ReadOnlySpan<byte> Take(int length) => Slice(length).Span;

    private static void Expect(int count)
    {
        if (count != 1)
        {
            throw new InvalidDataException($"an answer about {count} things, one was asked for");
        }
    }
}

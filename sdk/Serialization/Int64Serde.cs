using System.Buffers.Binary;

namespace Gearpump.Serialization;

internal sealed class Int64Serde : Serde<long>
{
    public override string Name => "int64";

    public override int MaxBytes(long value) => sizeof(long);

    public override int Write(long value, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, value);
        return sizeof(long);
    }

    public override long Read(ReadOnlyMemory<byte> source) => source.Length == sizeof(long)
        ? BinaryPrimitives.ReadInt64LittleEndian(source.Span)
        : throw new FormatException($"{source.Length} bytes where a 64-bit number has {sizeof(long)}");
}

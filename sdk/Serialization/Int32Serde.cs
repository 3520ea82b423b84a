using System.Buffers.Binary;

namespace Gearpump.Serialization;

internal sealed class Int32Serde : Serde<int>
{
    public override string Name => "int32";

    public override int MaxBytes(int value) => sizeof(int);

    public override int Write(int value, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, value);
        return sizeof(int);
    }

    public override int Read(ReadOnlyMemory<byte> source) => source.Length == sizeof(int)
        ? BinaryPrimitives.ReadInt32LittleEndian(source.Span)
        : throw new FormatException($"{source.Length} bytes where a 32-bit number has {sizeof(int)}");
}

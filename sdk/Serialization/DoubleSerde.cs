using System.Buffers.Binary;

namespace Gearpump.Serialization;

internal sealed class DoubleSerde : Serde<double>
{
    public override string Name => "double";

    public override int MaxBytes(double value) => sizeof(double);

    public override int Write(double value, Span<byte> destination)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination, value);
        return sizeof(double);
    }

    public override double Read(ReadOnlyMemory<byte> source) => source.Length == sizeof(double)
        ? BinaryPrimitives.ReadDoubleLittleEndian(source.Span)
        : throw new FormatException($"{source.Length} bytes where a 64-bit floating-point number has {sizeof(double)}");
}

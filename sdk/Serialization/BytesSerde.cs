namespace Gearpump.Serialization;

internal sealed class BytesSerde : Serde<byte[]>
{
    public override string Name => "bytes";

    public override int MaxBytes(byte[] value) => value.Length;

    public override int Write(byte[] value, Span<byte> destination)
    {
        value.CopyTo(destination);
        return value.Length;
    }

    public override byte[] Read(ReadOnlyMemory<byte> source) => source.ToArray();
}

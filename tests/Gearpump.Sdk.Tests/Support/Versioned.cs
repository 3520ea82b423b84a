using System.Buffers.Binary;

namespace Gearpump.Sdk.Tests.Support;

/// <summary>A serializer that has come to a version; it reads older ones.</summary>
internal sealed class Versioned(int version, string name = "versioned") : Serde<long>
{
    public override string Name => name;

    public override int Version => version;

    public override int MaxBytes(long value) => sizeof(long);

    public override int Write(long value, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, value);
        return sizeof(long);
    }

    public override long Read(ReadOnlyMemory<byte> source) => BinaryPrimitives.ReadInt64LittleEndian(source.Span);

    public override long Read(ReadOnlyMemory<byte> source, int version) => Read(source);
}

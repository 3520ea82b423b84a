namespace Gearpump.Sources;

/// <summary>A place in a split, opaque to the engine, small (256 bytes at most), stored in the manifest of every cut.</summary>
public readonly record struct SourcePosition(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>A position that is one 64-bit number, little-endian.</summary>
    public static SourcePosition FromInt64(long value)
    {
        var bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return new SourcePosition(bytes);
    }

    /// <summary>Reads what <see cref="FromInt64"/> wrote. Throws <see cref="FormatException"/> where it is no such position.</summary>
    public long ToInt64() => Bytes.Length == sizeof(long)
        ? System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(Bytes.Span)
        : throw new FormatException($"a position of {Bytes.Length} bytes where 8 were expected");

    public bool Equals(SourcePosition other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexString(Bytes.Span);
}

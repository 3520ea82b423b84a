using System.Buffers;
using System.Text;
using Gearpump.Serialization;

namespace Gearpump.State;

/// <summary>
/// The payload of a snapshot: format, serializer's name and version, keyed or not; then, keyed, groups (ascending: number, count,
/// entries of key and value) closed by 128 and the number of all entries, else one value. Lengths are LEB128. Read as untrusted input.
/// </summary>
internal static class StateEncoding
{
    private const byte Format = 1;
    private const int NameBytesMax = 200;

    public static void WriteHeader<T>(IBufferWriter<byte> destination, Serde<T> serde, bool keyed)
    {
        var name = Encoding.UTF8.GetBytes(serde.Name);
        var span = destination.GetSpan(3 + (2 * Varint.MaxBytes) + name.Length);
        span[0] = Format;
        span[1] = keyed ? (byte)1 : (byte)0;
        var at = 2 + Varint.Write((uint)serde.Version, span[2..]);
        at += Varint.Write((uint)name.Length, span[at..]);
        name.CopyTo(span[at..]);
        destination.Advance(at + name.Length);
    }

    public static void WriteNumber(IBufferWriter<byte> destination, int number)
    {
        var span = destination.GetSpan(Varint.MaxBytes);
        destination.Advance(Varint.Write((uint)number, span));
    }

    public static void WriteBytes(IBufferWriter<byte> destination, ReadOnlySpan<byte> bytes)
    {
        WriteNumber(destination, bytes.Length);
        destination.Write(bytes);
    }

    public static void WriteValue<T>(IBufferWriter<byte> destination, Serde<T> serde, T value)
    {
        // The length stands before the value, so it is written behind room for the longest length and moved up.
        var span = destination.GetSpan(Varint.MaxBytes + serde.MaxBytes(value));
        var length = serde.Write(value, span[Varint.MaxBytes..]);
        var prefix = Varint.Write((uint)length, span);
        span.Slice(Varint.MaxBytes, length).CopyTo(span[prefix..]);
        destination.Advance(prefix + length);
    }

    /// <summary>Reads the header, and returns the version that the values were written with.</summary>
    public static int ReadHeader<T>(ReadOnlyMemory<byte> encoded, Serde<T> serde, bool keyed, ref int at)
    {
        var span = encoded.Span;
        if (span.Length < 2)
        {
            throw new InvalidDataException("cut off before the header");
        }

        if (span[0] != Format)
        {
            throw new InvalidDataException($"state format {span[0]}, this program reads {Format}");
        }

        if (span[1] != (keyed ? 1 : 0))
        {
            throw new InvalidDataException(keyed ? "state of a task where keyed state is wanted" : "keyed state where a task's is wanted");
        }

        at = 2;
        var version = ReadNumber(encoded, ref at);
        var name = ReadBytes(encoded, ref at);
        if (name.Length > NameBytesMax || Encoding.UTF8.GetString(name.Span) != serde.Name)
        {
            throw new InvalidDataException($"written by serializer '{Encoding.UTF8.GetString(name.Span[..Math.Min(name.Length, NameBytesMax)])}', this program has '{serde.Name}'");
        }

        return version <= serde.Version
            ? version
            : throw new InvalidDataException($"written by version {version} of serializer '{serde.Name}', this program has version {serde.Version}");
    }

    public static int ReadNumber(ReadOnlyMemory<byte> encoded, ref int at)
    {
        if (!Varint.TryRead(encoded.Span[at..], out var value, out var length) || value > int.MaxValue)
        {
            throw new InvalidDataException($"no number at byte {at}");
        }

        at += length;
        return (int)value;
    }

    public static ReadOnlyMemory<byte> ReadBytes(ReadOnlyMemory<byte> encoded, ref int at)
    {
        var length = ReadNumber(encoded, ref at);
        if (length > encoded.Length - at)
        {
            throw new InvalidDataException($"{length} bytes announced at byte {at}, {encoded.Length - at} left");
        }

        var bytes = encoded.Slice(at, length);
        at += length;
        return bytes;
    }

    public static T ReadValue<T>(ReadOnlyMemory<byte> encoded, Serde<T> serde, int version, ref int at)
    {
        var bytes = ReadBytes(encoded, ref at);
        try
        {
            return serde.Read(bytes, version);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"a value that '{serde}' cannot read: {e.Message}", e);
        }
    }
}

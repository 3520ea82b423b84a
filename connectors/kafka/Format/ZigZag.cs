namespace Gearpump.Kafka.Format;

/// <summary>Kafka's variable-length numbers: zigzag, seven bits a byte, the lowest first.</summary>
internal static class ZigZag
{
    public const int BytesMost = 10;

    public static int Length(long value)
    {
        var rest = Encode(value);
        var length = 1;
        for (; rest >= 0x80; rest >>= 7)
        {
            length++;
        }

        return length;
    }

    public static int Write(long value, Span<byte> destination)
    {
        var rest = Encode(value);
        var at = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            destination[at++] = (byte)(rest | 0x80);
        }

        destination[at++] = (byte)rest;
        return at;
    }

    /// <exception cref="InvalidDataException">The number does not end.</exception>
    public static long Read(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= source.Length)
            {
                break;
            }

            var next = source[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw new InvalidDataException($"no number before byte {at}");
    }

    private static ulong Encode(long value) => (ulong)((value << 1) ^ (value >> 63));
}

namespace Gearpump.Serialization;

/// <summary>Unsigned 32-bit numbers, 7 bits a byte, the lowest first.</summary>
internal static class Varint
{
    public const int MaxBytes = 5;

    public static int Write(uint value, Span<byte> destination)
    {
        var at = 0;
        while (value >= 0x80)
        {
            destination[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[at++] = (byte)value;
        return at;
    }

    /// <summary>False: cut short, or longer than 32 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out uint value, out int length)
    {
        value = 0;
        for (length = 0; length < source.Length && length < MaxBytes; length++)
        {
            var b = source[length];
            if (length == MaxBytes - 1 && b > 0x0F)
            {
                return false;
            }

            value |= (uint)(b & 0x7F) << (7 * length);
            if (b < 0x80)
            {
                length++;
                return true;
            }
        }

        return false;
    }
}

using Gearpump.Serialization;

namespace Gearpump;

/// <summary>The serializers that come with Gearpump.</summary>
public static class Serde
{
    /// <summary>Text as UTF-8, strictly: bytes that are no UTF-8, and strings with half a surrogate pair, are rejected.</summary>
    public static Serde<string> Utf8 { get; } = new Utf8Serde();

    /// <summary>A number as decimal text, such as <c>-42</c>: for outputs that people read.</summary>
    public static Serde<long> DecimalText { get; } = new DecimalTextSerde();

    /// <summary>4 bytes, little-endian.</summary>
    public static Serde<int> Int32 { get; } = new Int32Serde();

    /// <summary>8 bytes, little-endian.</summary>
    public static Serde<long> Int64 { get; } = new Int64Serde();

    /// <summary>8 bytes, IEEE 754, little-endian.</summary>
    public static Serde<double> Double { get; } = new DoubleSerde();

    /// <summary>The bytes themselves; reading copies them.</summary>
    public static Serde<byte[]> Bytes { get; } = new BytesSerde();

    /// <summary>One byte that says whether there is a value, then the value.</summary>
    public static Serde<T?> Nullable<T>(Serde<T> value)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(value);
        return new NullableSerde<T>(value);
    }

    /// <summary>Two values, one after the other.</summary>
    public static Serde<(TFirst First, TSecond Second)> Tuple<TFirst, TSecond>(Serde<TFirst> first, Serde<TSecond> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return new TupleSerde<TFirst, TSecond>(first, second);
    }

    /// <summary>The serializer used where none is given (string, long, int, double, byte[]); null for other types.</summary>
    public static Serde<T>? Default<T>()
    {
        object? serde = typeof(T) == typeof(string) ? Utf8
            : typeof(T) == typeof(long) ? Int64
            : typeof(T) == typeof(int) ? Int32
            : typeof(T) == typeof(double) ? Double
            : typeof(T) == typeof(byte[]) ? Bytes
            : null;
        return (Serde<T>?)serde;
    }
}

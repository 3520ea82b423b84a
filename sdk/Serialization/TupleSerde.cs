namespace Gearpump.Serialization;

internal sealed class TupleSerde<TFirst, TSecond>(Serde<TFirst> first, Serde<TSecond> second) : Serde<(TFirst First, TSecond Second)>
{
    public override string Name { get; } = $"tuple({first},{second})";

    public override int MaxBytes((TFirst First, TSecond Second) value) =>
        checked(Varint.MaxBytes + first.MaxBytes(value.First) + second.MaxBytes(value.Second));

    // The first value's length comes first and is known only when the value is written: it is written behind the longest prefix and moved.
    public override int Write((TFirst First, TSecond Second) value, Span<byte> destination)
    {
        var length = first.Write(value.First, destination[Varint.MaxBytes..]);
        var at = Varint.Write((uint)length, destination);
        destination.Slice(Varint.MaxBytes, length).CopyTo(destination[at..]);
        at += length;
        return at + second.Write(value.Second, destination[at..]);
    }

    public override (TFirst First, TSecond Second) Read(ReadOnlyMemory<byte> source)
    {
        if (!Varint.TryRead(source.Span, out var length, out var at) || length > (uint)(source.Length - at))
        {
            throw new FormatException("not a pair: the first value's length is wrong");
        }

        return (first.Read(source.Slice(at, (int)length)), second.Read(source[(at + (int)length)..]));
    }
}

namespace Gearpump.Serialization;

internal sealed class NullableSerde<T>(Serde<T> inner) : Serde<T?>
    where T : struct
{
    // The inner version is in the name: a value of another one is refused by name.
    public override string Name { get; } = $"nullable({inner})";

    public override int MaxBytes(T? value) => 1 + (value is { } some ? inner.MaxBytes(some) : 0);

    public override int Write(T? value, Span<byte> destination)
    {
        if (value is not { } some)
        {
            destination[0] = 0;
            return 1;
        }

        destination[0] = 1;
        return 1 + inner.Write(some, destination[1..]);
    }

    public override T? Read(ReadOnlyMemory<byte> source)
    {
        var span = source.Span;
        return span.Length switch
        {
            1 when span[0] == 0 => null,
            >= 1 when span[0] == 1 => inner.Read(source[1..]),
            _ => throw new FormatException("not an optional value: its first byte must be 0, alone, or 1"),
        };
    }
}

using System.Buffers.Binary;
using System.Globalization;

namespace Gearpump.Sources;

/// <summary>A place in a split that is asked by time: a time, and how many records of exactly that time have been taken.</summary>
internal readonly record struct TimePosition(DateTimeOffset Time, long Taken)
{
    private const int Bytes = 2 * sizeof(long);

    public static TimePosition From(SourcePosition position)
    {
        var span = position.Bytes.Span;
        if (span.Length != Bytes)
        {
            throw new FormatException($"a position of {span.Length} bytes where {Bytes} were expected");
        }

        var ticks = BinaryPrimitives.ReadInt64LittleEndian(span);
        var taken = BinaryPrimitives.ReadInt64LittleEndian(span[sizeof(long)..]);
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks && taken >= 0
            ? new TimePosition(new DateTimeOffset(ticks, TimeSpan.Zero), taken)
            : throw new FormatException("a position whose time or count is out of range");
    }

    public SourcePosition ToSourcePosition()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Time.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), Taken);
        return new SourcePosition(bytes);
    }

    public TimePosition After(DateTimeOffset time) => time == Time ? this with { Taken = Taken + 1 } : new TimePosition(time.ToUniversalTime(), 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time:O}, {Taken} records of that time taken");
}

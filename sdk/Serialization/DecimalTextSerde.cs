using System.Globalization;

namespace Gearpump.Serialization;

internal sealed class DecimalTextSerde : Serde<long>
{
    public override string Name => "decimal-text";

    // "-9223372036854775808"
    public override int MaxBytes(long value) => 20;

    public override int Write(long value, Span<byte> destination) =>
        value.TryFormat(destination, out var written, default, CultureInfo.InvariantCulture)
            ? written
            : throw new ArgumentException($"{destination.Length} bytes are too few", nameof(destination));

    public override long Read(ReadOnlyMemory<byte> source) =>
        long.TryParse(source.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException("not a decimal number of 64 bits");
}

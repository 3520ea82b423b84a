using CsCheck;
using Gearpump.Runtime;
using Gearpump.Serialization;

namespace Gearpump.Sdk.Tests.Serialization;

public sealed class SerdeTests
{
    [Fact]
    public void Utf8_AnyValidString_ComesBack() => Gen.String.Where(IsValid).Sample(value => RoundTrip(Serde.Utf8, value));

    [Fact]
    public void Numbers_AnyValue_ComeBack()
    {
        Gen.Long.Sample(value => RoundTrip(Serde.Int64, value) && RoundTrip(Serde.DecimalText, value));
        Gen.Int.Sample(value => RoundTrip(Serde.Int32, value));
        Gen.Double.Sample(value => RoundTrip(Serde.Double, value));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void DecimalText_Limits_FitMaxBytes(long value) => RoundTrip(Serde.DecimalText, value).ShouldBeTrue();

    [Fact]
    public void Nullable_AnyValue_ComesBack() => Gen.Nullable(Gen.Long).Sample(value => RoundTrip(Serde.Nullable(Serde.Int64), value));

    [Fact]
    public void Tuple_AnyPair_ComesBack() => Gen.Select(Gen.String.Where(IsValid), Gen.Long)
        .Sample((text, number) => RoundTrip(Serde.Tuple(Serde.Utf8, Serde.Int64), (text, number)));

    [Fact]
    public void Bytes_AnyArray_ComesBack() => Gen.Byte.Array.Sample(value => Encode(Serde.Bytes, value).AsSpan().SequenceEqual(Serde.Bytes.Read(value)));

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0x61, 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Utf8_InvalidBytes_AreRejected(byte[] bytes) =>
        Should.Throw<RecordRejectedException>(() => Serde.Utf8.Read(bytes)).Message.ShouldContain("UTF-8");

    [Fact]
    public void Utf8_HalfASurrogatePair_IsRejected() =>
        Should.Throw<RecordRejectedException>(() => Encode(Serde.Utf8, "a\uD800b")).Message.ShouldContain("surrogate");

    [Fact]
    public void Read_AnyBytes_ThrowsOnlyWhatRejectsARecord() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        Reads(Serde.Utf8, bytes);
        Reads(Serde.Int32, bytes);
        Reads(Serde.Int64, bytes);
        Reads(Serde.Double, bytes);
        Reads(Serde.DecimalText, bytes);
        Reads(Serde.Nullable(Serde.Int32), bytes);
        Reads(Serde.Tuple(Serde.Utf8, Serde.Nullable(Serde.Int64)), bytes);
    });

    [Fact]
    public void Read_OfAnUnknownVersion_NamesBoth() =>
        Should.Throw<FormatException>(() => Serde.Int64.Read(new byte[8], 7)).Message.ShouldBe("'int64' version 7 cannot be read by version 1");

    [Fact]
    public void Tuple_InnerVersion_IsInTheName() => Serde.Tuple(Serde.Utf8, Serde.Int64).Name.ShouldBe("tuple(utf8/1,int64/1)");

    [Fact]
    public void Varint_AnyNumber_ComesBackAndNoTruncationIsRead() => Gen.UInt.Sample(number =>
    {
        var bytes = new byte[Varint.MaxBytes];
        var length = Varint.Write(number, bytes);
        Varint.TryRead(bytes, out var read, out var readLength).ShouldBeTrue();
        (read, readLength).ShouldBe((number, length));
        Varint.TryRead(bytes.AsSpan(0, length - 1), out _, out _).ShouldBeFalse();
    });

    private static void Reads<T>(Serde<T> serde, byte[] bytes)
    {
        try
        {
            serde.Read(bytes);
        }
        catch (Exception e) when (e is FormatException or RecordRejectedException)
        {
            // Refused, as it may be.
        }
    }

    private static bool IsValid(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[++at])))
            {
                return false;
            }
        }

        return true;
    }

    private static bool RoundTrip<T>(Serde<T> serde, T value) => EqualityComparer<T>.Default.Equals(value, serde.Read(Encode(serde, value)));

    private static byte[] Encode<T>(Serde<T> serde, T value)
    {
        var room = new byte[serde.MaxBytes(value)];
        return room[..serde.Write(value, room)];
    }
}

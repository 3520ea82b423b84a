using System.Text;
using Gearpump.Kafka.Format;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Kafka;

public sealed class FormatTests
{
    // The values of the Java client's own tests.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_IsJavas(string key, int expected) => ((int)Murmur2.Hash(Encoding.UTF8.GetBytes(key))).ShouldBe(expected);

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    public void Crc32C_IsCastagnolis(string text, uint expected) => Crc32C.Of(Encoding.UTF8.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void Batch_ReadBack_IsWhatWasWritten()
    {
        var records = Records();
        var batch = Write(records);
        RecordBatchReader.Read(batch).Select(static record => (record.TimestampMs, Text(record.Key), Text(record.Value))).ShouldBe(records);
    }

    [Fact]
    public void Finish_Twice_BeginsAnew()
    {
        var writer = new RecordBatchWriter();
        writer.Add(5, "k"u8.ToArray(), "v"u8);
        var first = writer.Finish().ToArray();
        writer.Records.ShouldBe(0);
        writer.Add(5, "k"u8.ToArray(), "v"u8);
        writer.Finish().ToArray().ShouldBe(first);
    }

    [Fact]
    public void Read_AnyByteChangedBehindTheOffset_IsRefused()
    {
        var batch = Write(Records());
        for (var at = 8; at < batch.Length; at++)
        {
            // The leader epoch is the broker's and lies outside of the checksum.
            if (at is >= 12 and < 16)
            {
                continue;
            }

            var damaged = batch.ToArray();
            damaged[at] ^= 0x40;
            Should.Throw<InvalidDataException>(() => RecordBatchReader.Read(damaged).Count(), $"byte {at}");
        }
    }

    [Fact]
    public void Read_CutOff_IsRefused()
    {
        var batch = Write(Records());
        for (var length = 0; length < batch.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => RecordBatchReader.Read(batch.AsMemory(0, length)).Count());
        }
    }

    // With a checksum that is right, so that the records themselves are read.
    [Fact]
    public void Read_RandomRecordsWithARightChecksum_EndsOrIsRefused()
    {
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var batch = Write(Records());
            for (var flips = 0; flips < 3; flips++)
            {
                batch[random.Next(57, batch.Length)] = (byte)random.Next(256);
            }

            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32C.Of(batch.AsSpan(21)));
            try
            {
                RecordBatchReader.Read(batch).Count().ShouldBeLessThanOrEqualTo(batch.Length);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void Segment_RandomBytes_EndsOrIsRefused()
    {
        var random = new Random(8);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            Should.Throw<InvalidDataException>(() => KafkaSegment.Read(bytes).Count());
        }
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(63L)]
    [InlineData(-64L)]
    [InlineData(64L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void ZigZag_ReadBack_IsTheNumber(long value)
    {
        var bytes = new byte[ZigZag.BytesMost];
        var length = ZigZag.Write(value, bytes);
        length.ShouldBe(ZigZag.Length(value));
        var at = 0;
        ZigZag.Read(bytes.AsSpan(0, length), ref at).ShouldBe(value);
        at.ShouldBe(length);
    }

    private static List<(long, string?, string?)> Records() =>
    [
        (1_700_000_000_000, "key", "value"), (1_699_999_999_000, null, ""), (1_700_000_500_000, "", new string('x', 200)), (1_700_000_000_001, "ä", "ö"),
    ];

    private static byte[] Write(List<(long Time, string? Key, string? Value)> records)
    {
        var writer = new RecordBatchWriter();
        foreach (var (time, key, value) in records)
        {
            ReadOnlyMemory<byte>? bytes = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key);
            writer.Add(time, bytes, Encoding.UTF8.GetBytes(value!));
        }

        return writer.Finish().ToArray();
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}

using System.Buffers.Binary;

namespace Gearpump.Kafka.Format;

/// <summary>Reads batches that <see cref="RecordBatchWriter"/> wrote, as untrusted input.</summary>
internal static class RecordBatchReader
{
    /// <summary>The batch's records: time, key (null: none), value.</summary>
    /// <exception cref="InvalidDataException">It is damaged, compressed, or of another version.</exception>
    public static IEnumerable<(long TimestampMs, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)> Read(ReadOnlyMemory<byte> batch)
    {
        var (records, baseTimestamp) = ReadHeader(batch.Span);
        var at = RecordBatchWriter.HeaderBytes;
        for (var record = 0; record < records; record++)
        {
            yield return ReadRecord(batch, baseTimestamp, ref at);
        }

        if (at != batch.Length)
        {
            throw new InvalidDataException($"{batch.Length - at} bytes behind the last record of a batch");
        }
    }

    private static (int Records, long BaseTimestamp) ReadHeader(ReadOnlySpan<byte> batch)
    {
        if (batch.Length < RecordBatchWriter.HeaderBytes || batch[16] != 2 || BinaryPrimitives.ReadInt32BigEndian(batch[8..]) != batch.Length - 12)
        {
            throw new InvalidDataException("no whole record batch of version 2");
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(batch[17..]) != Crc32C.Of(batch[21..]))
        {
            throw new InvalidDataException("the checksum of a record batch is wrong");
        }

        return BinaryPrimitives.ReadInt16BigEndian(batch[21..]) == 0
            ? (BinaryPrimitives.ReadInt32BigEndian(batch[57..]), BinaryPrimitives.ReadInt64BigEndian(batch[27..]))
            : throw new InvalidDataException("a compressed or transactional batch");
    }

    private static (long, ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>) ReadRecord(ReadOnlyMemory<byte> batch, long baseTimestamp, ref int at)
    {
        var span = batch.Span;
        var length = ZigZag.Read(span, ref at);
        var next = at + length;
        if (length < 1 || next > span.Length)
        {
            throw new InvalidDataException($"a record of {length} bytes at byte {at}");
        }

        at++;
        var time = baseTimestamp + ZigZag.Read(span, ref at);
        ZigZag.Read(span, ref at);
        var key = ReadBytes(batch, ref at);
        var value = ReadBytes(batch, ref at);
        return ZigZag.Read(span, ref at) == 0 && at == next && value is { } bytes
            ? (time, key, bytes)
            : throw new InvalidDataException($"a record that ends at byte {at}, not at {next}");
    }

    private static ReadOnlyMemory<byte>? ReadBytes(ReadOnlyMemory<byte> batch, ref int at)
    {
        var length = ZigZag.Read(batch.Span, ref at);
        if (length < 0)
        {
            return null;
        }

        if (length > batch.Length - at)
        {
            throw new InvalidDataException($"{length} bytes announced at byte {at}, {batch.Length - at} left");
        }

        var bytes = batch.Slice(at, (int)length);
        at += (int)length;
        return bytes;
    }
}

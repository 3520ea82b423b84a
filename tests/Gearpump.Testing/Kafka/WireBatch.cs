using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gearpump.Testing.Kafka;

/// <summary>Record batches (magic 2), written and read without the code under test: https://kafka.apache.org/documentation/#recordbatch</summary>
internal sealed record WireBatch(long BaseOffset, int LastOffsetDelta, short Attributes, long ProducerId, IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> Records)
{
    private const short Transactional = 0x10;
    private const short Control = 0x20;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;

    public bool IsTransactional => (Attributes & Transactional) != 0;

    public bool IsControl => (Attributes & Control) != 0;

    /// <summary>Of a control batch: its key says version and type, and type 0 is an abort.</summary>
    public bool IsAbort => IsControl && BinaryPrimitives.ReadInt16BigEndian(Records[0].Key.Span[2..]) == 0;

    public long NextOffset => BaseOffset + LastOffsetDelta + 1;

    /// <summary>A batch of a transaction; every record has the same key.</summary>
    public static byte[] Write(BrokerProducer producer, int sequence, string key, IReadOnlyList<string> values)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var body = new WireWriter().Int16(Transactional).Int32(values.Count - 1).Int64(now).Int64(now)
            .Int64(producer.Id).Int16(producer.Epoch).Int32(sequence).Int32(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            var (keyBytes, value) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(values[i]));
            var record = new WireWriter().Int8(0).VarInt(0).VarInt(i).VarInt(keyBytes.Length).Raw(keyBytes).VarInt(value.Length).Raw(value).VarInt(0).Written;
            body.VarInt(record.Length).Raw(record.Span);
        }

        var batch = new WireWriter().Int64(0).Int32(AttributesAt - 12 + body.Written.Length).Int32(-1).Int8(2).Int32(0).Raw(body.Written.Span).Written.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(CrcAt), Crc(batch.AsSpan(AttributesAt)));
        return batch;
    }

    /// <summary>The batches of a Fetch; the last one may be cut off, and is left out then.</summary>
    public static IEnumerable<WireBatch> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Left >= AttributesAt)
        {
            var baseOffset = reader.Int64();
            var length = reader.Int32();
            if (reader.Left < length)
            {
                yield break;
            }

            yield return Read(baseOffset, new WireReader(reader.Slice(length)));
        }
    }

    private static WireBatch Read(long baseOffset, WireReader reader)
    {
        // Leader epoch, magic, checksum.
        reader.Slice(AttributesAt - 12);
        var attributes = reader.Int16();
        var lastDelta = reader.Int32();

        // Both timestamps.
        reader.Slice(16);
        var producer = reader.Int64();

        // Its epoch and the base sequence.
        reader.Slice(6);
        var records = new List<(long, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var record = new WireReader(reader.Slice((int)reader.VarInt()));
            record.Int8();
            record.VarInt();
            var offset = baseOffset + record.VarInt();
            var key = record.Slice((int)Math.Max(0, record.VarInt()));
            records.Add((offset, key, record.Slice((int)Math.Max(0, record.VarInt()))));
        }

        return new WireBatch(baseOffset, lastDelta, attributes, producer, records);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes)
        {
            crc = BitOperations.Crc32C(crc, next);
        }

        return ~crc;
    }
}

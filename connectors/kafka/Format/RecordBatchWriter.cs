using System.Buffers.Binary;

namespace Gearpump.Kafka.Format;

/// <summary>
/// Builds record batches (magic 2) as brokers store them, uncompressed: whoever sends one sets producer id, epoch, base sequence
/// and the transactional bit, and the checksum anew. https://kafka.apache.org/documentation/#recordbatch
/// </summary>
internal sealed class RecordBatchWriter
{
    public const int HeaderBytes = 61;
    private const int BaseOffsetAndLength = 12;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;
    private byte[] _bytes = new byte[4 * 1024];
    private int _length = HeaderBytes;
    private long _baseTimestamp;
    private long _maxTimestamp;

    public int Records { get; private set; }

    public int Bytes => Records == 0 ? 0 : _length;

    /// <summary>The bytes of a record, its own length included, at most: its offset and time are told by the batch.</summary>
    public static int RecordBytesMost(int key, int value) => key + value + 1 + (6 * ZigZag.BytesMost);

    /// <param name="key">Null: a record without a key.</param>
    public void Add(long timestampMs, ReadOnlyMemory<byte>? key, ReadOnlySpan<byte> value)
    {
        if (Records == 0)
        {
            (_baseTimestamp, _maxTimestamp) = (timestampMs, timestampMs);
        }

        _maxTimestamp = Math.Max(_maxTimestamp, timestampMs);
        var timeDelta = timestampMs - _baseTimestamp;
        var keyLength = key?.Length ?? -1;
        var body = 1 + ZigZag.Length(timeDelta) + ZigZag.Length(Records) + ZigZag.Length(keyLength) + Math.Max(0, keyLength)
            + ZigZag.Length(value.Length) + value.Length + ZigZag.Length(0);
        var span = Room(ZigZag.BytesMost + body);
        var at = ZigZag.Write(body, span);
        span[at++] = 0;
        at += ZigZag.Write(timeDelta, span[at..]);
        at += ZigZag.Write(Records, span[at..]);
        at += ZigZag.Write(keyLength, span[at..]);
        if (key is { } bytes)
        {
            bytes.Span.CopyTo(span[at..]);
            at += keyLength;
        }

        at += ZigZag.Write(value.Length, span[at..]);
        value.CopyTo(span[at..]);
        at += value.Length;
        at += ZigZag.Write(0, span[at..]);
        _length += at;
        Records++;
    }

    /// <summary>The finished batch; the writer begins another one. The bytes are good until the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        var batch = _bytes.AsSpan(0, _length);
        BinaryPrimitives.WriteInt64BigEndian(batch, 0);
        BinaryPrimitives.WriteInt32BigEndian(batch[8..], _length - BaseOffsetAndLength);
        BinaryPrimitives.WriteInt32BigEndian(batch[12..], -1);
        batch[16] = 2;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], 0);
        BinaryPrimitives.WriteInt32BigEndian(batch[23..], Records - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch[27..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[35..], _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[43..], -1);
        BinaryPrimitives.WriteInt16BigEndian(batch[51..], -1);
        BinaryPrimitives.WriteInt32BigEndian(batch[53..], -1);
        BinaryPrimitives.WriteInt32BigEndian(batch[57..], Records);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[AttributesAt..]));
        (_length, Records) = (HeaderBytes, 0);
        return batch;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(_length + bytes, 2 * _bytes.Length));
        }

        return _bytes.AsSpan(_length);
    }
}

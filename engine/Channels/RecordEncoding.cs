using System.Buffers.Binary;
using System.Diagnostics;
using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Engine.Channels;

/// <summary>
/// The encoding of records within a batch, little-endian: one byte of flags; with a key its 64-bit hash, length and bytes;
/// the length and bytes of the value, unless the value is the key; the event time, where there is one. Lengths are LEB128.
/// docs/record-encoding.md describes it byte by byte.
/// </summary>
internal static class RecordEncoding
{
    private const byte HasKey = 1;
    private const byte ValueIsKey = 2;
    private const byte HasEventTime = 4;
    private const byte Known = HasKey | ValueIsKey | HasEventTime;

    /// <summary>The most that <see cref="Write"/> adds to the bytes of key and value.</summary>
    public const int OverheadBytesMax = 1 + 8 + 5 + 5 + 8;

    public static int MaxBytes(in Record record) => OverheadBytesMax + record.Key.Length + record.Value.Length;

    /// <summary>Writes a record; the destination holds <see cref="MaxBytes"/> at least. Returns the bytes written.</summary>
    public static int Write(in Record record, Span<byte> destination)
    {
        var flags = (byte)((record.HasKey ? HasKey : 0) | (record.ValueIsKey ? ValueIsKey : 0)
            | (record.EventTimeMs != IRecordSink.NoEventTime ? HasEventTime : 0));
        destination[0] = flags;
        var at = 1;
        if (record.HasKey)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], record.KeyHash);
            at += sizeof(ulong);
            at += WriteBytes(record.Key.Span, destination[at..]);
        }

        if (!record.ValueIsKey)
        {
            at += WriteBytes(record.Value.Span, destination[at..]);
        }

        if ((flags & HasEventTime) != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination[at..], record.EventTimeMs);
            at += sizeof(long);
        }

        return at;
    }

    /// <summary>Reads the record at <paramref name="at"/> and moves on behind it. Nothing is copied.</summary>
    /// <exception cref="InvalidDataException">The bytes are no record.</exception>
    public static Record Read(ReadOnlyMemory<byte> batch, ref int at)
    {
        var span = batch.Span;
        if (at >= span.Length)
        {
            throw Damaged(at, "no flags");
        }

        var flags = span[at++];
        if ((flags & ~Known) != 0 || (flags & (HasKey | ValueIsKey)) == ValueIsKey)
        {
            throw Damaged(at - 1, $"flags {flags:x2}");
        }

        ulong hash = 0;
        ReadOnlyMemory<byte> key = default, value = default;
        if ((flags & HasKey) != 0)
        {
            hash = BinaryPrimitives.ReadUInt64LittleEndian(Take(batch, ref at, sizeof(ulong)).Span);
            key = Take(batch, ref at, ReadLength(span, ref at));
        }

        if ((flags & ValueIsKey) == 0)
        {
            value = Take(batch, ref at, ReadLength(span, ref at));
        }

        var eventTime = (flags & HasEventTime) != 0
            ? BinaryPrimitives.ReadInt64LittleEndian(Take(batch, ref at, sizeof(long)).Span)
            : IRecordSink.NoEventTime;
        return (flags & HasKey) != 0
            ? new Record(hash, key, value, (flags & ValueIsKey) != 0, eventTime)
            : new Record(value, eventTime);
    }

    private static int WriteBytes(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        var at = 0;
        var length = (uint)bytes.Length;
        while (length >= 0x80)
        {
            destination[at++] = (byte)(length | 0x80);
            length >>= 7;
        }

        destination[at++] = (byte)length;
        bytes.CopyTo(destination[at..]);
        return at + bytes.Length;
    }

    private static int ReadLength(ReadOnlySpan<byte> span, ref int at)
    {
        uint length = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= span.Length)
            {
                throw Damaged(at, "cut off in a length");
            }

            var next = span[at++];
            length |= (uint)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return length <= int.MaxValue ? (int)length : throw Damaged(at, "length over 2 GiB");
            }
        }

        throw Damaged(at, "length of more than 5 bytes");
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> batch, ref int at, int length)
    {
        Debug.Assert(length >= 0);
        if (length > batch.Length - at)
        {
            throw Damaged(at, $"{length} bytes announced, {batch.Length - at} left");
        }

        var taken = batch.Slice(at, length);
        at += length;
        return taken;
    }

    private static InvalidDataException Damaged(int at, string what) => new($"damaged batch at byte {at}: {what}");
}

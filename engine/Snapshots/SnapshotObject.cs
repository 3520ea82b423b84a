using System.Buffers.Binary;
using System.Security.Cryptography;
using Gearpump.Protocol.V1;
using Google.Protobuf;

namespace Gearpump.Engine.Snapshots;

/// <summary>The form of a snapshot in object storage: magic, format, header, payload. Untrusted when read.</summary>
internal static class SnapshotObject
{
    private const ushort Format = 1;
    private const int HeaderBytesMax = 64 * 1024;

    private static ReadOnlySpan<byte> Magic => "GPSN"u8;

    public static byte[] Write(SnapshotHeader header, ReadOnlySpan<byte> payload)
    {
        header.PayloadLength = (ulong)payload.Length;
        header.PayloadSha256 = ByteString.CopyFrom(SHA256.HashData(payload));
        var headerBytes = header.ToByteArray();
        var bytes = new byte[10 + headerBytes.Length + payload.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(6), headerBytes.Length);
        headerBytes.CopyTo(bytes, 10);
        payload.CopyTo(bytes.AsSpan(10 + headerBytes.Length));
        return bytes;
    }

    /// <summary>Verifies an object against what the manifest says of it, and returns its payload.</summary>
    /// <exception cref="InvalidDataException">It is not that object; the message names it.</exception>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> bytes, StateObject expected, string job, string instance)
    {
        if ((ulong)bytes.Length != expected.Length)
        {
            throw new InvalidDataException($"snapshot {expected.Key} has {bytes.Length} bytes, the manifest says {expected.Length}");
        }

        if (!SHA256.HashData(bytes.Span).AsSpan().SequenceEqual(expected.Sha256.Span))
        {
            throw new InvalidDataException($"snapshot {expected.Key} does not have the hash that the manifest says");
        }

        var span = bytes.Span;
        if (span.Length < 10 || !span.StartsWith(Magic))
        {
            throw new InvalidDataException($"{expected.Key} is no snapshot");
        }

        var format = BinaryPrimitives.ReadUInt16LittleEndian(span[4..]);
        if (format != Format)
        {
            throw new InvalidDataException($"snapshot {expected.Key} has format {format}, this program reads {Format}");
        }

        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(span[6..]);
        if (headerLength < 0 || headerLength > HeaderBytesMax || headerLength > span.Length - 10)
        {
            throw new InvalidDataException($"snapshot {expected.Key} has a header of {headerLength} bytes");
        }

        return ReadPayload(bytes, headerLength, expected, job, instance);
    }

    private static ReadOnlyMemory<byte> ReadPayload(ReadOnlyMemory<byte> bytes, int headerLength, StateObject expected, string job, string instance)
    {
        SnapshotHeader header;
        try
        {
            header = SnapshotHeader.Parser.ParseFrom(bytes.Span.Slice(10, headerLength));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"snapshot {expected.Key} has a damaged header", e);
        }

        if (header.Job != job || header.Instance != instance || header.Step != expected.Step)
        {
            throw new InvalidDataException($"snapshot {expected.Key} is of {header.Job}/{header.Instance}/{header.Step}, expected {job}/{instance}/{expected.Step}");
        }

        if (header.Codec != "none" || header.Delta)
        {
            throw new InvalidDataException($"snapshot {expected.Key} has codec '{header.Codec}'{(header.Delta ? " and is a delta" : "")}; this program reads whole ones with codec 'none'");
        }

        var payload = bytes[(10 + headerLength)..];
        return (ulong)payload.Length == header.PayloadLength && SHA256.HashData(payload.Span).AsSpan().SequenceEqual(header.PayloadSha256.Span)
            ? payload
            : throw new InvalidDataException($"snapshot {expected.Key} has a damaged payload");
    }
}

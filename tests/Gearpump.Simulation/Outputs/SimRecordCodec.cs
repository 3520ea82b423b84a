using System.Buffers.Binary;

namespace Gearpump.Simulation.Outputs;

/// <summary>A segment of the simulated outside: length, key, length, value, and again.</summary>
internal static class SimRecordCodec
{
    public static void Append(List<byte> segment, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        AppendPart(segment, key);
        AppendPart(segment, value);
    }

    public static IEnumerable<(byte[] Key, byte[] Value)> Read(ReadOnlyMemory<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var key = TakePart(ref segment);
            var value = TakePart(ref segment);
            yield return (key, value);
        }
    }

    private static void AppendPart(List<byte> segment, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        segment.AddRange(length);
        segment.AddRange(part);
    }

    private static byte[] TakePart(ref ReadOnlyMemory<byte> segment)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(segment.Span);
        var part = segment.Slice(sizeof(int), length).ToArray();
        segment = segment[(sizeof(int) + length)..];
        return part;
    }
}

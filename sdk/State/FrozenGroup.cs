using System.Buffers;

namespace Gearpump.State;

/// <summary>A key group as it was at a cut. What its arrays hold up to the count does not change any more.</summary>
internal readonly struct FrozenGroup<T>(int count, int[] keyEnds, T[] values, byte[] keys)
{
    public int Count => count;

    public void Encode(Serde<T> serde, IBufferWriter<byte> destination)
    {
        var start = 0;
        for (var entry = 0; entry < count; entry++)
        {
            StateEncoding.WriteBytes(destination, keys.AsSpan(start, keyEnds[entry] - start));
            StateEncoding.WriteValue(destination, serde, values[entry]);
            start = keyEnds[entry];
        }
    }
}

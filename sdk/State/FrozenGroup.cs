using System.Buffers;

namespace Gearpump.State;

/// <summary>A key group as it was at a cut. What its arrays hold up to the count does not change any more.</summary>
internal readonly struct FrozenGroup<T>(int count, TableEntry<T>[] entries, byte[] keys)
{
    public int Count => count;

    public void Encode(Serde<T> serde, IBufferWriter<byte> destination)
    {
        foreach (ref readonly var entry in entries.AsSpan(0, count))
        {
            StateEncoding.WriteBytes(destination, keys.AsSpan(entry.KeyStart, entry.KeyLength));
            StateEncoding.WriteValue(destination, serde, entry.Value);
        }
    }
}

using System.IO.Hashing;

namespace Gearpump.Runtime;

/// <summary>Slices of the key space: the unit in which keyed state is stored and moved.</summary>
public static class KeyGroups
{
    /// <summary>How many there are; part of every snapshot's meaning, never to be changed.</summary>
    public const int Count = 128;

    /// <summary>XxHash3-64, seed 0, of the serialized key: the same in every process, unlike <c>string.GetHashCode</c>.</summary>
    public static ulong Hash(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    /// <summary>The group of a key: the top 7 bits of its hash.</summary>
    public static int Of(ulong hash) => (int)(hash >> 57);

    /// <summary>The task, of <paramref name="tasks"/>, that owns a group.</summary>
    public static int Owner(int group, int tasks) => ((group + 1) * tasks - 1) / Count;

    /// <summary>The contiguous range of groups that a task owns.</summary>
    public static KeyGroupRange RangeOf(int task, int tasks) => new(task * Count / tasks, (task + 1) * Count / tasks);
}

using System.Buffers;

namespace Gearpump.Runtime;

/// <summary>A state as it was at a cut.</summary>
public interface IFrozenState
{
    /// <summary>The groups that it has; for un-keyed state 0-1.</summary>
    KeyGroupRange Range { get; }

    /// <summary>
    /// Encodes groups from <paramref name="firstGroup"/> on, until the range ends or <paramref name="softLimitBytes"/> are written,
    /// and returns the group to go on with. The result can be restored by itself.
    /// </summary>
    int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes);
}

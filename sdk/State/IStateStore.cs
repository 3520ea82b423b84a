using Gearpump.Runtime;

namespace Gearpump.State;

/// <summary>Where a state lives.</summary>
internal interface IStateStore<T> : ITaskState
{
    /// <summary>The current entry's.</summary>
    T Value { get; set; }

    /// <summary>Moves the cursor to a key.</summary>
    void Select(ulong hash, ReadOnlyMemory<byte> key);
}

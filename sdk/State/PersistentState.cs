using Gearpump.Runtime;

namespace Gearpump;

/// <summary>
/// State that survives: snapshot with every cut, restored on rollback. On a keyed stream it is the entry of the current
/// record's key; otherwise it belongs to the task. Each record updates it exactly once.
/// </summary>
public abstract class PersistentState<T>
{
    /// <summary>The current value; the monoid's zero where there is none yet.</summary>
    public abstract T Value { get; }

    /// <summary>Combines a value into the state.</summary>
    /// <param name="timestamp">The clock of the message that it comes from, milliseconds.</param>
    public abstract void Update(long timestamp, T value);

    /// <summary>Monoid and serializer, for the plan: other ones cannot read the state.</summary>
    internal abstract string Schema { get; }

    internal abstract ITaskState Attach(string step, bool keyed, KeyGroupRange range);

    internal abstract void Select(ulong hash, ReadOnlyMemory<byte> key);
}

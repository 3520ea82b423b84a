using Gearpump.Runtime;
using Gearpump.State;

namespace Gearpump;

/// <summary>State without a time or other boundary: everything that was ever combined into it.</summary>
public sealed class NonWindowState<T>(IMonoid<T> monoid, Serde<T> serde) : PersistentState<T>
{
    private IStateStore<T>? _store;
    private bool _isAttached;

    // Without an engine it is one value, so that a task can be tested by itself.
    private IStateStore<T> Store => _store ??= new TaskValue<T>("unattached", monoid, serde);

    public override T Value => Store.Value;

    public override void Update(long timestamp, T value)
    {
        var store = Store;
        store.Value = monoid.Combine(store.Value, value);
    }

    internal override string Schema => $"{monoid.Name} as {serde}";

    internal override ITaskState Attach(string step, bool keyed, KeyGroupRange range)
    {
        if (_isAttached)
        {
            throw new InvalidOperationException($"step '{step}' was given a state that another task has already; make a new one in CreateState");
        }

        _isAttached = true;
        _store = keyed ? new KeyedTable<T>(step, monoid.Zero, serde, range) : new TaskValue<T>(step, monoid, serde);
        return _store;
    }

    internal override void Select(ulong hash, ReadOnlyMemory<byte> key) => Store.Select(hash, key);
}

using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>Any state; says when it is frozen.</summary>
internal sealed class WatchedState(ITaskState inner, Action frozen) : ITaskState
{
    public string Step => inner.Step;

    public bool IsKeyed => inner.IsKeyed;

    public void BeginRecord() => inner.BeginRecord();

    public void Undo() => inner.Undo();

    public IFrozenState Freeze()
    {
        frozen();
        return inner.Freeze();
    }

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range) => inner.Restore(encoded, range);
}

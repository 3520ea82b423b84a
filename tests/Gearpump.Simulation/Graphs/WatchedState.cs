using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>Any state; says when it is frozen.</summary>
internal sealed class WatchedState(SimWorld world, ITaskState inner, Action frozen) : ITaskState
{
    public string Step => inner.Step;

    public bool IsKeyed => inner.IsKeyed;

    public void BeginRecord() => inner.BeginRecord();

    public void Undo()
    {
        if (world.Profile.Plant != SimulationPlant.ForgottenUndo)
        {
            inner.Undo();
        }
    }

    public IFrozenState Freeze()
    {
        frozen();
        return inner.Freeze();
    }

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range) =>
        inner.Restore(encoded, world.Profile.Plant == SimulationPlant.ForgottenState ? range with { End = range.End - 1 } : range);
}

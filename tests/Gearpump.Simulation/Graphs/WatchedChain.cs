using Gearpump.Runtime;
using Gearpump.Simulation.Oracles;

namespace Gearpump.Simulation.Graphs;

/// <summary>Any chain, with the oracles on its way in and user code that throws.</summary>
internal sealed class WatchedChain : TaskChain
{
    private readonly TaskChain _inner;
    private readonly SimPlace _place;
    private long _clock = long.MinValue;
    private int _cuts;

    public WatchedChain(TaskChain inner, SimPlace place)
    {
        _inner = inner;
        _place = place;
        States = [.. inner.States.Select((state, i) => i == 0 ? new WatchedState(place.World, state, OnFreeze) : state)];
    }

    public override IReadOnlyList<ITaskState> States { get; }

    public override string CurrentStep => _inner.CurrentStep;

    public override void Process(int input, in Record record, long clock)
    {
        _place.World.Clocks.Processed(_place.Process, CurrentStep, clock);
        _clock = Math.Max(_clock, clock);
        if (_cuts > 0)
        {
            Cuts.Behind(_place.Process.Epoch, Cuts.CutOf(_place.Process.Epoch, _cuts), clock);
        }

        _place.Errors.Pass();
        _inner.Process(input, record, clock);
        _place.Errors.Pass();
        _place.Errors.Done();
    }

    public override void Dispose()
    {
        _inner.Dispose();
        base.Dispose();
    }

    private CutOracle Cuts => _place.World.Job.Of(_place.Process.Instance).Cuts;

    private void OnFreeze() => Cuts.Before(_place.Process.Epoch, Cuts.CutOf(_place.Process.Epoch, ++_cuts), _clock);
}

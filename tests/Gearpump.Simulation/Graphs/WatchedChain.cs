using Gearpump.Runtime;
using Gearpump.Simulation.Oracles;

namespace Gearpump.Simulation.Graphs;

/// <summary>Any chain, with the oracles on its way in and user code that throws.</summary>
internal sealed class WatchedChain : TaskChain
{
    private readonly TaskChain _inner;
    private readonly SimPlace _place;
    private readonly List<WatchedEdge> _edges;
    private long _clock = long.MinValue;
    private int _cuts;

    public WatchedChain(Func<TaskSetup, TaskChain> create, TaskSetup setup, SimPlace place)
    {
        _edges = [.. setup.Edges.Select(static edge => new WatchedEdge(edge))];
        _inner = create(setup with { Edges = _edges });
        _place = place;
        States = [.. _inner.States.Select((state, i) => i == 0 ? new WatchedState(place.World, state, OnFreeze) : state)];
    }

    public override IReadOnlyList<ITaskState> States { get; }

    public override string CurrentStep => _inner.CurrentStep;

    public override void Process(int input, in Record record, long clock)
    {
        Before(clock);
        try
        {
            _place.Errors.Pass();
            _inner.Process(input, record, clock);
            _place.Errors.Pass();
            _place.Errors.Done();
        }
        catch (RecordRejectedException)
        {
            // It is done with, and what it has written is taken back.
            After(stands: false, done: true);
            throw;
        }
        catch
        {
            After(stands: false, done: false);
            throw;
        }

        After(stands: true, done: true);
    }

    public override void Dispose()
    {
        _inner.Dispose();
        base.Dispose();
    }

    private CutOracle Cuts => _place.World.Job.Of(_place.Process.Instance).Cuts;

    private void Before(long clock)
    {
        _place.World.Clocks.Processed(_place.Process, CurrentStep, clock);
        _clock = Math.Max(_clock, clock);
        if (_cuts > 0)
        {
            Cuts.Behind(_place.Process.Epoch, Cuts.CutOf(_place.Process.Epoch, _cuts), clock);
        }

        _place.Process.Buffers.Takes(CurrentStep);
        if (_place.Process.Slot == "proc-0")
        {
            _place.Process.Work(_place.World.Profile.SlowOperatorMs);
        }

        if (_place.IsSource)
        {
            _place.Process.Pauses.Read(clock);
        }
    }

    private void After(bool stands, bool done)
    {
        foreach (var edge in _edges)
        {
            _place.Process.Buffers.Written(stands ? edge.Written : 0);
            edge.Written = 0;
        }

        if (done && !_place.IsSource)
        {
            _place.Process.Acks.Processed();
        }
    }

    private void OnFreeze() => Cuts.Before(_place.Process.Epoch, Cuts.CutOf(_place.Process.Epoch, ++_cuts), _clock);
}

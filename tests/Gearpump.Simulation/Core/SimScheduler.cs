using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Core;

/// <summary>Virtual time: events in the order of their moments, one after the other, on the caller's thread.</summary>
internal sealed class SimScheduler(SimRandom random, SimTrace trace)
{
    private readonly PriorityQueue<SimEvent, SimMoment> _queue = new();
    private long _places;

    public long NowMs { get; private set; }

    public void After(long delayMs, SimProcess? owner, string label, Action run) => At(NowMs + delayMs, owner, label, run);

    public void At(long timeMs, SimProcess? owner, string label, Action run) =>
        _queue.Enqueue(
            new SimEvent(owner, label, run),
            new SimMoment(Math.Max(timeMs, NowMs), 1 + (uint)(random.Next() >> 33), _places++));

    /// <summary>What a stopped process has missed happens now, in its order, before anything else.</summary>
    public void Replay(IEnumerable<SimEvent> missed)
    {
        foreach (var item in missed)
        {
            _queue.Enqueue(item, new SimMoment(NowMs, 0, _places++));
        }
    }

    /// <summary>Runs the next event. False: nothing is left.</summary>
    public bool RunNext()
    {
        if (!_queue.TryDequeue(out var next, out var moment))
        {
            return false;
        }

        NowMs = moment.TimeMs;
        if (next.Owner is { Alive: false })
        {
            return true;
        }

        if (next.Owner is { IsHeld: true })
        {
            next.Owner.Missed.Enqueue(next);
            return true;
        }

        trace.Event(NowMs, next.Owner?.Name ?? "-", next.Label);
        next.Run();
        return true;
    }
}

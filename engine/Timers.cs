using Gearpump.Engine.Ports;

namespace Gearpump.Engine;

/// <summary>Deadlines of one machine. What falls due together runs in the order in which it was asked for.</summary>
internal sealed class Timers(IMachineHost host)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private long _order;

    public void After(long delayMs, Action action) => At(host.NowMs + Math.Max(0, delayMs), action);

    public void At(long nowMs, Action action)
    {
        _queue.Enqueue(action, (nowMs, _order++));
        host.WakeAt(nowMs);
    }

    /// <summary>Runs what is due, then asks to be woken for the next.</summary>
    public void Advance()
    {
        while (_queue.TryPeek(out _, out var due) && due.At <= host.NowMs)
        {
            _queue.Dequeue()();
        }

        if (_queue.TryPeek(out _, out var next))
        {
            host.WakeAt(next.At);
        }
    }
}

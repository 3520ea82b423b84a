using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>One direction of a connection: in order, each message after a delay of its own, until it is cut.</summary>
internal sealed class SimPipe(SimWorld world, SimRandom random, SimProcess receiver, int slownessMs)
{
    private readonly List<Item> _items = [];
    private long _lastDueMs;
    private long _silentUntilMs;
    private bool _closed;

    private readonly record struct Item(string Label, ulong Key, Action Deliver);

    public int Waiting => _items.Count;

    /// <param name="key">Messages with the same key may replace each other; 0: never.</param>
    public void Send(string label, Action deliver, ulong key = 0)
    {
        if (_closed)
        {
            return;
        }

        var delay = random.PerMille(30) ? random.Between(0, 20L * slownessMs) : random.Between(0, slownessMs);
        Enqueue(new Item(label, key, deliver), delay);
    }

    /// <summary>Lets a waiting message go because a newer one makes it useless: the last one only, or any with the key.</summary>
    public void Supersede(ulong key, bool lastOnly)
    {
        if (lastOnly)
        {
            if (_items.Count > 0 && _items[^1].Key == key)
            {
                _items.RemoveAt(_items.Count - 1);
            }

            return;
        }

        _items.RemoveAll(item => item.Key == key);
    }

    /// <summary>Nothing arrives until then; nobody is told.</summary>
    public void Silence(long untilMs) => _silentUntilMs = Math.Max(_silentUntilMs, untilMs);

    /// <summary>The connection ends: some of what is on its way is lost, and the receiver is told after a while.</summary>
    public void Close(string label, Action told, long afterMs, bool lossy)
    {
        if (_closed)
        {
            return;
        }

        if (lossy && _items.Count > 0)
        {
            var kept = (int)random.Below(_items.Count + 1);
            _items.RemoveRange(kept, _items.Count - kept);
        }

        Enqueue(new Item(label, 0, told), afterMs);
        _closed = true;
    }

    /// <summary>The receiver listens no more. <paramref name="takenIn"/>: so many messages have come in by then, and are still to be looked at.</summary>
    public void Drop(int takenIn = 0)
    {
        if (takenIn > 0 && _items.Count > 0 && world.NowMs >= _silentUntilMs)
        {
            var taken = _items.Take(takenIn).ToArray();
            world.Scheduler.After(0, receiver, "taken in before", () => Array.ForEach(taken, static item => item.Deliver()));
        }

        _items.Clear();
        _closed = true;
    }

    private void Enqueue(Item item, long delayMs)
    {
        _items.Add(item);
        _lastDueMs = Math.Max(_lastDueMs, world.NowMs + delayMs);
        world.Scheduler.At(_lastDueMs, receiver, item.Label, DeliverFirst);
    }

    private void DeliverFirst()
    {
        if (_items.Count == 0)
        {
            return;
        }

        if (world.NowMs < _silentUntilMs)
        {
            world.Scheduler.At(_silentUntilMs, receiver, "after silence", DeliverFirst);
            return;
        }

        var first = _items[0];
        _items.RemoveAt(0);
        first.Deliver();
    }
}

using Gearpump.Engine.Ports;

namespace Gearpump.Engine;

/// <summary>Exponential back-off with jitter: each delay is between half of it and all of it.</summary>
internal sealed class Backoff(IMachineHost host, long firstMs = 50, long mostMs = 2_000)
{
    private int _tries;

    public long NextMs()
    {
        var delay = Math.Min(mostMs, firstMs << Math.Min(_tries, 16));
        _tries++;
        return (delay / 2) + (long)(host.NextRandom() % (ulong)((delay / 2) + 1));
    }

    public void Reset() => _tries = 0;
}

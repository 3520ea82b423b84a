namespace Gearpump.Simulation.Oracles;

/// <summary>Cut n at T is the state made of exactly the records whose clock is below T.</summary>
internal sealed class CutOracle(SimWorld world)
{
    private readonly Dictionary<long, long> _firstCuts = [];
    private readonly Dictionary<(long Epoch, long Cut), (long Highest, long Lowest)> _clocks = [];
    private readonly Dictionary<(long Epoch, long Cut), long> _committed = [];
    private readonly HashSet<(long Epoch, long Cut, long ClockMs)> _opened = [];

    /// <summary>An epoch starts from the manifest of a cut.</summary>
    public void Started(long epoch, long fromCut) => _firstCuts[epoch] = fromCut;

    /// <summary>The number of a state's n-th cut in an epoch.</summary>
    public long CutOf(long epoch, int count) => _firstCuts.GetValueOrDefault(epoch) + count;

    /// <summary>A coordinator tells of a cut that is open.</summary>
    public void Opened(long epoch, long cut, long clockMs) => _opened.Add((epoch, cut, clockMs));

    /// <summary>A worker says that it has met a cut: it is one of that epoch.</summary>
    public void Met(string process, long epoch, long cut, long clockMs)
    {
        if (!_opened.Contains((epoch, cut, clockMs)))
        {
            throw world.Fail($"{process} has met cut {cut} at {clockMs} in epoch {epoch}, which has opened no such cut");
        }
    }

    /// <summary>A state has been frozen; so far it has been made of records up to this clock.</summary>
    public void Before(long epoch, long cut, long clockMs)
    {
        var (highest, lowest) = Of(epoch, cut);
        _clocks[(epoch, cut)] = (Math.Max(highest, clockMs), lowest);
    }

    /// <summary>A record is taken behind the cut, and in front of the next.</summary>
    public void Behind(long epoch, long cut, long clockMs)
    {
        var (highest, lowest) = Of(epoch, cut);
        _clocks[(epoch, cut)] = (highest, Math.Min(lowest, clockMs));
        if (_committed.TryGetValue((epoch, cut), out var clock) && clockMs < clock)
        {
            throw world.Fail($"a record of clock {clockMs} comes behind cut {cut} at {clock}");
        }
    }

    public void Committed(long epoch, long cut, long clockMs)
    {
        _committed[(epoch, cut)] = clockMs;
        var (highest, lowest) = Of(epoch, cut);
        if (highest >= clockMs || lowest < clockMs)
        {
            throw world.Fail($"cut {cut} at {clockMs} has records up to {highest} before it, and behind it records from {lowest} on");
        }
    }

    private (long Highest, long Lowest) Of(long epoch, long cut) => _clocks.GetValueOrDefault((epoch, cut), (long.MinValue, long.MaxValue));
}

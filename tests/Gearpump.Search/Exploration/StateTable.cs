namespace Gearpump.Search.Exploration;

/// <summary>Every state that was met, by its fingerprint, and by which choice from which state it was met first.</summary>
internal sealed class StateTable
{
    private readonly HashSet<UInt128> _met = [];
    private readonly List<(int Parent, ushort Choice)> _ways = [];

    public int Count => _ways.Count;

    /// <summary>The number of a new state; −1 where it was met before.</summary>
    public int Add(UInt128 fingerprint, int parent, int choice)
    {
        if (!_met.Add(fingerprint))
        {
            return -1;
        }

        _ways.Add((parent, checked((ushort)choice)));
        return _ways.Count - 1;
    }

    /// <summary>The choices that lead from the first state to this one.</summary>
    public List<int> WayTo(int state)
    {
        var way = new List<int>();
        for (var at = state; _ways[at].Parent >= 0; at = _ways[at].Parent)
        {
            way.Add(_ways[at].Choice);
        }

        way.Reverse();
        return way;
    }
}

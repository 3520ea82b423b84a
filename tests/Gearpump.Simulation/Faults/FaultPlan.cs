namespace Gearpump.Simulation.Faults;

/// <summary>
/// Numbers every fault of a run in the order in which the seed draws them, and leaves out those that it is told to: that is how a
/// failing schedule is shrunk.
/// </summary>
/// <param name="only">The numbers of the faults that strike; null: all.</param>
internal sealed class FaultPlan(IReadOnlySet<int>? only)
{
    private readonly List<StruckFault> _struck = [];
    private int _next;

    /// <summary>The faults that struck.</summary>
    public IReadOnlyList<StruckFault> Struck => _struck;

    /// <summary>The seed has drawn a fault. False: it is left out.</summary>
    public bool Strike(string what, long nowMs)
    {
        var number = _next++;
        if (only is not null && !only.Contains(number))
        {
            return false;
        }

        _struck.Add(new StruckFault(number, nowMs, what));
        return true;
    }
}

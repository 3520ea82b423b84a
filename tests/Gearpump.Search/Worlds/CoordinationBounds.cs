namespace Gearpump.Search.Worlds;

/// <summary>How large a search over coordination is.</summary>
/// <param name="Records">Of the one source; they come one after the other.</param>
internal sealed record CoordinationBounds(int Records)
{
    /// <summary>How many coordinators are killed; each is replaced.</summary>
    public int CoordinatorCrashes { get; init; }

    /// <summary>How often the worker with the state and the publisher is killed; it is replaced after a while.</summary>
    public int ProcessorCrashes { get; init; }

    /// <summary>How often the source's worker is killed.</summary>
    public int SourceCrashes { get; init; }

    /// <summary>How many coordinators are stopped, for as long as anything else happens, and woken.</summary>
    public int CoordinatorPauses { get; init; }

    /// <summary>How often the worker with the publisher is stopped, replaced, and woken.</summary>
    public int ProcessorPauses { get; init; }

    /// <summary>How many coordinators are started beside a living one.</summary>
    public int Rivals { get; init; }

    /// <summary>How many creates in the log, and publications, time out and land later.</summary>
    public int TimeOuts { get; init; }

    /// <summary>A process is stopped only while it waits for the store or the outside; otherwise at every moment.</summary>
    public bool StopsInRequest { get; init; }

    /// <summary>A stopped process is woken only behind something new in the log or outside, once nobody else has anything to do at that moment; otherwise at every moment.</summary>
    public bool WakesBehindNews { get; init; }

    /// <summary>Planted: the store overwrites what it should refuse.</summary>
    public bool OverwritingStore { get; init; }
}

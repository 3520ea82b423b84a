using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>Two ends that can be parted.</summary>
internal interface ISimConnection
{
    bool Open { get; }

    /// <summary>Who opened it: forward is from here.</summary>
    SimProcess From { get; }

    SimProcess To { get; }

    bool Touches(SimProcess process) => process == From || process == To;

    /// <summary>Cuts it: each side is told after so many milliseconds.</summary>
    void Cut(string why, long firstToldMs, long secondToldMs);

    /// <summary>One direction, or both, are silent until then.</summary>
    void Silence(bool forward, bool back, long untilMs);

    /// <summary>One side's process is gone.</summary>
    void Lost(SimProcess gone, string why, long toldMs);
}

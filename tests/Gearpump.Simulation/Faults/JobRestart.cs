namespace Gearpump.Simulation.Faults;

/// <summary>How a job that was stopped is started again.</summary>
internal enum JobRestart
{
    /// <summary>The same command, with another number of processors.</summary>
    GoOn,

    /// <summary>With --fresh: a new instance beside the old one's state.</summary>
    Fresh,

    /// <summary>Somebody has deleted everything in the store meanwhile.</summary>
    Wiped,
}

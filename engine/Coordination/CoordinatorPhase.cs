namespace Gearpump.Engine.Coordination;

/// <summary>Where the coordinator is.</summary>
internal enum CoordinatorPhase
{
    /// <summary>Reading the log, taking the term.</summary>
    Loading,

    /// <summary>After a takeover: waiting for every task of the newest epoch to register again.</summary>
    TakingOver,

    /// <summary>An epoch is wanted: waiting for the workers to run it.</summary>
    Gathering,

    /// <summary>The epoch is in the log: waiting for every task to be ready.</summary>
    Restoring,

    Running,

    /// <summary>Ended, failed, stopped or fenced.</summary>
    Over,
}

namespace Gearpump.Search.Worlds;

/// <summary>What may happen in a world of coordinators, workers and a publisher.</summary>
internal enum CoordinationChoice
{
    /// <summary>A worker hears its coordinator's next state, or that the stream is closed.</summary>
    Down,

    /// <summary>A coordinator hears a worker.</summary>
    Up,

    /// <summary>A request to the store or to the outside is done and answered.</summary>
    Serve,

    /// <summary>A process's timer is due.</summary>
    Wake,

    /// <summary>Nothing is left to happen now: it gets later.</summary>
    Time,

    Start,
    Crash,
    Pause,
    Resume,
    TimeOut,
}

namespace Gearpump.Search.Worlds;

/// <summary>What may happen in a world of channels.</summary>
internal enum ChannelChoice
{
    /// <summary>A source hears its next tick, with the next cut where it is that one's.</summary>
    Hear,

    /// <summary>A source reads a record, if it may.</summary>
    Step,

    /// <summary>A worker's linger is over.</summary>
    Linger,

    /// <summary>The next frame of a call arrives.</summary>
    Down,

    /// <summary>The next feedback of a call arrives, or the answer to its hello.</summary>
    Up,

    /// <summary>A call is cut.</summary>
    Break,

    /// <summary>The dialler learns that its call is cut.</summary>
    TellDialer,

    /// <summary>The receiver learns it.</summary>
    TellReceiver,
}

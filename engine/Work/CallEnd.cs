namespace Gearpump.Engine.Work;

/// <summary>How a data call ended.</summary>
public enum CallEnd
{
    /// <summary>Broken, reset, or timed out: dial again and resume.</summary>
    Broken,

    /// <summary>The peer answers, and has not begun the epoch yet: dial again.</summary>
    NotYet,

    /// <summary>Refused for good.</summary>
    Refused,
}

namespace Gearpump.Engine.Work;

/// <summary>How a data call ended.</summary>
public enum CallEnd
{
    /// <summary>Broken, reset, timed out, or "try again": dial again and resume.</summary>
    Broken,

    /// <summary>Refused for good.</summary>
    Refused,
}

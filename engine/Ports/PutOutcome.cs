namespace Gearpump.Engine.Ports;

/// <summary>How a conditional create went.</summary>
public enum PutOutcome
{
    Created,

    /// <summary>Something stands there already, perhaps our own earlier attempt.</summary>
    Exists,

    /// <summary>A time-out or an error: it may have been applied, may be applied later, or never.</summary>
    Unknown,
}

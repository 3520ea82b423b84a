namespace Gearpump.Engine.Channels;

public enum HelloVerdictKind
{
    Accepted,

    /// <summary>FAILED_PRECONDITION.</summary>
    Refused,

    /// <summary>ABORTED.</summary>
    TryAgain,
}

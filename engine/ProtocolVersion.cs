namespace Gearpump.Engine;

/// <summary>Versions that are compared, never guessed.</summary>
public static class ProtocolVersion
{
    /// <summary>Of the control and data planes; another one is refused, naming both.</summary>
    public const int Current = 1;

    /// <summary>Of the log's entries.</summary>
    public const int LogFormat = 1;
}

namespace Gearpump.Files;

/// <summary>How files are read.</summary>
public sealed record FileSourceOptions
{
    /// <summary>How often each file is read from beginning to end. Default 1.</summary>
    public int Repeat { get; init; } = 1;
}

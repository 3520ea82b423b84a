namespace Gearpump.Files;

/// <summary>How files are read.</summary>
public sealed record FileSourceOptions
{
    /// <summary>How often each file is read from beginning to end. Default 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>
    /// A file that holds the most lines a second of each process, as text; where it is absent, or the option null, there is no
    /// bound. Looked at several times a second, so that deleting it lifts the pace. Default null.
    /// </summary>
    public string? PaceFile { get; init; }
}

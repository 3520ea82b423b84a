namespace Gearpump.Hosting.Launch;

/// <summary>How processes are killed.</summary>
public sealed record ChaosOptions
{
    /// <summary>How often the input is read, so that there is enough of it.</summary>
    public required int Repeat { get; init; }

    /// <summary>How many publications have been committed so far.</summary>
    public required Func<long> Committed { get; init; }

    /// <summary>The file that holds the sources back until the killing is over.</summary>
    public required string PaceFile { get; init; }

    public required int LinesPerSecond { get; init; }

    /// <summary>How often each role is killed at least. Default 2.</summary>
    public int KillsEach { get; init; } = 2;

    /// <summary>From one kill to the next, milliseconds, at least; up to twice as long. Default 2000.</summary>
    public int EveryMs { get; init; } = 2_000;
}

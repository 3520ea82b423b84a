namespace Gearpump.EndToEnd.Support;

/// <summary>How a run of separate processes differs from the usual one.</summary>
internal sealed record ClusterSettings
{
    public string Job { get; init; } = "word-count";

    /// <summary>The workers' program.</summary>
    public string Program { get; init; } = "WordCount.dll";

    /// <summary>The program's own arguments; null: those of the word count.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Further arguments of the word count.</summary>
    public IReadOnlyList<string> Input { get; init; } = [];

    /// <summary>From one cut to the next.</summary>
    public string Checkpoint { get; init; } = "300ms";

    public bool AtLeastOnce { get; init; }

    /// <summary>What the source may read at most, lines a second, until <see cref="JobCluster.Hurry"/>.</summary>
    public int LinesPerSecond { get; init; } = 1_000;

    /// <summary>How committed output is read; null: the files of the word count's folder.</summary>
    public CommittedUpdates? Updates { get; init; }

    /// <summary>Further options of the engine (--Gearpump:Key=value), given to every process.</summary>
    public IReadOnlyList<string> Engine { get; init; } = [];

    /// <summary>Where log and snapshots are; null: the folder's.</summary>
    public string? State { get; init; }

    /// <summary>host:port of a Redis; null: an embedded one in the test's process.</summary>
    public string? Redis { get; init; }

    /// <summary>Environment variables of all processes.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Addresses (http://host:port) of coordinators that the test starts itself.</summary>
    public IReadOnlyList<string> OtherCoordinators { get; init; } = [];

    /// <summary>The failpoints of a process, by its name and how often it was started before.</summary>
    public Func<string, int, string> Failpoints { get; init; } = (_, _) => "";
}

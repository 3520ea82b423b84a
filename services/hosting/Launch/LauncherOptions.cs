namespace Gearpump.Hosting.Launch;

/// <summary>What the launcher starts.</summary>
public sealed record LauncherOptions
{
    public required string Job { get; init; }

    /// <summary>A coordinator, a source and the rest processors: 3 or more.</summary>
    public required int Processes { get; init; }

    /// <summary>The workers' program, a .dll. Default: the one that runs.</summary>
    public string? Program { get; init; }

    /// <summary>Environment variables of all processes.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The program's own arguments, given to every worker.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Options of the engine (<c>--Gearpump:…</c>), given to every process.</summary>
    public required IReadOnlyList<string> Engine { get; init; }

    /// <summary>host:port of a Redis, with options behind commas. Default: an embedded one, which lives in the launcher.</summary>
    public string? Redis { get; init; }

    /// <summary>The first coordinator begins a new instance.</summary>
    public bool Fresh { get; init; }

    /// <summary>Null: nobody is killed.</summary>
    public ChaosOptions? Chaos { get; init; }

    /// <summary>Addresses (http://host:port) of coordinators that somebody else starts; the workers know them too.</summary>
    public IReadOnlyList<string> OtherCoordinators { get; init; } = [];

    /// <summary>Environment variables of a process, by its name and how often it was started before. Null: none.</summary>
    public Func<string, int, IReadOnlyDictionary<string, string>>? EnvironmentOf { get; init; }
}

using Gearpump.Outputs;

namespace Gearpump.Graph;

/// <summary>A compiled pipeline: what the engine runs. Made by <c>GraphBuilder</c>.</summary>
public sealed class JobGraph
{
    public required string Job { get; init; }

    public required IReadOnlyList<StageDefinition> Stages { get; init; }

    public required IReadOnlyList<EdgeDefinition> Edges { get; init; }

    public JobSettings Settings { get; init; } = new();

    /// <summary>Where rejected records go; null: they stop the job.</summary>
    public Func<IServiceProvider, IOutput>? DeadLetters { get; init; }
}

using Gearpump.Outputs;
using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Graph;

/// <summary>A chain of steps joined by forward edges, run as one task per parallel instance. Named after its first step.</summary>
public sealed class StageDefinition
{
    public required string Name { get; init; }

    public required IReadOnlyList<StepDescription> Steps { get; init; }

    /// <summary>Makes the source that the stage begins with; null for a stage that is fed by edges.</summary>
    public Func<IServiceProvider, ITimeReplayableSource>? Source { get; init; }

    /// <summary>The outputs of the stage's steps, in the order of <see cref="TaskSetup.Outputs"/>.</summary>
    public IReadOnlyList<OutputBinding> Outputs { get; init; } = [];

    /// <summary>Number of tasks; 0: as many as there are workers for it.</summary>
    public int Parallelism { get; init; }

    public required Func<TaskSetup, TaskChain> CreateChain { get; init; }
}

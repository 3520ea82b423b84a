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

    /// <summary>The plan in plain text: stages, their steps, and how records get from one to the other.</summary>
    public string Describe()
    {
        var text = new System.Text.StringBuilder().Append("job ").AppendLine(Job);
        foreach (var stage in Stages)
        {
            text.Append("  stage ").Append(stage.Name).Append(stage.Source is null ? " (processor" : " (source");
            text.Append(stage.Parallelism > 0 ? $", {stage.Parallelism} tasks" : ", a task a worker").AppendLine(")");
            foreach (var step in stage.Steps)
            {
                text.Append("    ").Append(step.Name).Append(": ").Append(step.Kind).AppendLine(step.State.Length > 0 ? $", state {step.State}" : "");
            }

            foreach (var edge in Edges.Where(edge => edge.From == stage.Name))
            {
                text.Append("    -> ").Append(edge.To).Append(" by ").AppendLine(edge.Routing.ToString().ToLowerInvariant());
            }
        }

        return text.ToString();
    }
}

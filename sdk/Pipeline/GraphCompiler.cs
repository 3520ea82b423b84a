using System.Text.RegularExpressions;
using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Pipeline.Nodes;
using Gearpump.Runtime;

namespace Gearpump.Pipeline;

/// <summary>Checks a declared graph and fuses its steps: a stage begins at a source or behind a step that sends records away.</summary>
internal sealed partial class GraphCompiler(string job, IReadOnlyList<Node> nodes, IReadOnlyList<string> declared)
{
    public JobGraph Compile(JobSettings settings, Func<IServiceProvider, IOutput>? deadLetters)
    {
        Check(settings);
        var heads = nodes.Where(IsHead).ToList();
        var edges = nodes.Where(node => node.Leaves is not null)
            .SelectMany(node => node.Followers.Select(follower => new EdgeDefinition(HeadOf(node).Name, follower.Name, node.Leaves!.Value))).ToList();
        if (edges.GroupBy(edge => (edge.From, edge.To)).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new GraphException($"stage '{twice.Key.From}' is merged with itself into '{twice.Key.To}': join the streams before they are sent there");
        }

        return new JobGraph
        {
            Job = job,
            Settings = settings,
            Edges = edges,
            Stages = heads.Select(head => StageOf(head, edges)).ToList(),
            DeadLetters = deadLetters,
        };
    }

    private static bool IsHead(Node node) => node is ISourceNode || node.Inputs.Exists(input => input.Leaves is not null);

    private static Node HeadOf(Node node)
    {
        while (!IsHead(node))
        {
            node = node.Inputs[0];
        }

        return node;
    }

    private StageDefinition StageOf(Node head, IReadOnlyList<EdgeDefinition> edges)
    {
        var steps = nodes.Where(node => HeadOf(node) == head).OrderBy(node => node == head ? 0 : 1).ToList();
        var outputs = steps.OfType<IOutputNode>().Select(output => output.Binding).ToList();
        var outgoing = edges.Where(edge => edge.From == head.Name).ToList();
        return new StageDefinition
        {
            Name = head.Name,
            Steps = steps.Select(step => step.Describe()).ToList(),
            Source = (head as ISourceNode)?.Create,
            Outputs = outputs,
            Parallelism = steps.Max(step => step.Parallelism),
            CreateChain = setup => CreateChain(head, new ChainBuild(setup, outgoing, outputs)),
        };
    }

    private static PipelineChain CreateChain(Node head, ChainBuild build)
    {
        var first = head is ISourceNode source
            ? source.CreateHead(build)
            : ((IStageEntry)head.Inputs[0]).CreateHead(build, head);
        return new PipelineChain(build.Context, first, build.States, build.Owned);
    }

    private void Check(JobSettings settings)
    {
        var errors = new List<string>(declared);
        if (!NamePattern().IsMatch(job))
        {
            errors.Add($"job name '{job}': use lower-case letters, digits and '-', 63 at most, beginning with a letter or digit");
        }

        errors.AddRange(nodes.Where(node => !NamePattern().IsMatch(node.Name))
            .Select(node => $"step name '{node.Name}': use lower-case letters, digits and '-', 63 at most, beginning with a letter or digit"));
        errors.AddRange(nodes.GroupBy(node => node.Name, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"step name '{group.Key}' is used {group.Count()} times: names are the identity of state, give each step its own"));
        if (!nodes.Any(node => node is ISourceNode))
        {
            errors.Add("there is no source: begin with From…");
        }

        errors.AddRange(nodes.Where(node => node.Followers.Count == 0 && node is not IOutputNode && !node.Kind.Equals("process", StringComparison.Ordinal))
            .Select(node => $"nothing follows step '{node.Name}': end the stream with To…, or leave the step out"));
        if (settings.CheckpointInterval < TimeSpan.FromMilliseconds(50) || settings.CheckpointInterval > TimeSpan.FromHours(1))
        {
            errors.Add($"checkpoint interval {settings.CheckpointInterval}: use 50 ms to 1 h");
        }

        if (settings.RecordBytesMax is < 1 or > 16 * 1024 * 1024)
        {
            errors.Add($"record limit {settings.RecordBytesMax}: use 1 byte to 16 MiB");
        }

        if (settings.Retries is < 0 or > 100)
        {
            errors.Add($"retries {settings.Retries}: use 0 to 100");
        }

        if (errors.Count > 0)
        {
            throw new GraphException(string.Join(Environment.NewLine, errors));
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NamePattern();
}

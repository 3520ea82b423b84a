using Gearpump.Graph;
using Gearpump.Runtime;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Outputs;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Graphs;

/// <summary>The graphs that are run, and what a serial run of each gives.</summary>
internal static class SimGraphs
{
    public const string Job = "word-count";
    public const string Words = "words";
    public const string Marked = "marked";
    public const string Dead = "dead";

    public static JobGraph Create(SimWorld world)
    {
        var profile = world.Profile;
        return new JobGraph
        {
            Job = Job,
            Stages = [.. Stages(world, world.Random.Fork())],
            Edges = Edges(profile.Shape),
            Settings = new JobSettings
            {
                Delivery = profile.AtLeastOnce ? Delivery.AtLeastOnce : Delivery.ExactlyOnce,
                CheckpointInterval = TimeSpan.FromMilliseconds(profile.CheckpointMs),
            },
            DeadLetters = _ => new SimOutput(world.Target(Dead)),
        };
    }

    /// <summary>The counts of one thread that reads every line once, per output.</summary>
    public static Dictionary<string, Dictionary<string, long>> Serial(SimWorld world)
    {
        var words = new Dictionary<string, long>();
        var marked = new Dictionary<string, long>();
        var dead = new Dictionary<string, long>();
        foreach (var line in world.Splits.SelectMany(static split => split.Lines))
        {
            var text = System.Text.Encoding.UTF8.GetString(line.Bytes);
            if (line.Bad)
            {
                dead[text] = 1;
                continue;
            }

            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                words[word] = words.GetValueOrDefault(word) + 1;
                if (world.Profile.Shape == SimulationShape.Diamond)
                {
                    marked["m:" + word] = marked.GetValueOrDefault("m:" + word) + 1;
                }
            }
        }

        return new() { [Words] = words, [Marked] = marked, [Dead] = dead };
    }

    private static IEnumerable<StageDefinition> Stages(SimWorld world, SimRandom random)
    {
        var shape = world.Profile.Shape;
        yield return new StageDefinition
        {
            Name = "lines",
            Steps = [new StepDescription("lines", "source", Resource: "simulated lines"), new StepDescription("split", "map")],
            Source = _ => new SimSource(world),
            CreateChain = setup => shape == SimulationShape.Middle
                ? new LinesChain(setup, Errors())
                : new SplitChain(setup, Errors()),
        };
        if (shape != SimulationShape.Plain)
        {
            yield return new StageDefinition
            {
                Name = "middle",
                Steps = [new StepDescription("middle", "map")],
                CreateChain = setup => shape == SimulationShape.Middle
                    ? new SplitChain(setup, Errors())
                    : new MarkChain(setup, Errors()),
            };
        }

        var outputs = shape == SimulationShape.Diamond ? [Words, Marked] : new[] { Words };
        yield return new StageDefinition
        {
            Name = "count",
            Steps =
            [
                new StepDescription("count", "process", "sum/1"),
                .. outputs.Select(static output => new StepDescription(output, "output", Resource: output)),
            ],
            Outputs = [.. outputs.Select(output => new OutputBinding(output, _ => new SimOutput(world.Target(output)), null))],
            CreateChain = setup => new CountChain(world, setup, Errors()),
        };

        UserErrors Errors() => new(world, random);
    }

    private static IReadOnlyList<EdgeDefinition> Edges(SimulationShape shape) => shape switch
    {
        SimulationShape.Plain => [new("lines", "count", Routing.Hash)],
        SimulationShape.Middle => [new("lines", "middle", Routing.RoundRobin), new("middle", "count", Routing.Hash)],
        _ => [new("lines", "count", Routing.Hash), new("lines", "middle", Routing.RoundRobin), new("middle", "count", Routing.Hash)],
    };
}

using Gearpump.Graph;
using Gearpump.Runtime;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Outputs;
using Gearpump.Simulation.Processes;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Graphs;

/// <summary>The graphs that are run, and what a serial run of each gives.</summary>
internal static class SimGraphs
{
    public const string Job = "word-count";
    public const string Words = "words";
    public const string Marked = "marked";
    public const string Numbers = "numbers";
    public const string Dead = "dead";

    public static JobGraph Create(SimWorld world, WorkerProcess process)
    {
        var profile = world.Profile;
        var settings = new JobSettings
        {
            Delivery = profile.AtLeastOnce ? Delivery.AtLeastOnce : Delivery.ExactlyOnce,
            CheckpointInterval = TimeSpan.FromMilliseconds(profile.CheckpointMs),
        };
        return Watched(profile.Sdk ? SdkGraphs.Create(world, settings) : HandMade(world, process, settings), world, process);
    }

    private static JobGraph HandMade(SimWorld world, WorkerProcess process, JobSettings settings) => new()
    {
        Job = Job,
        Stages = [.. Stages(world, process)],
        Edges = Edges(world.Profile.Shape),
        Settings = settings,
        DeadLetters = _ => new SimOutput(world, world.Target(Dead)),
    };

    private static JobGraph Watched(JobGraph graph, SimWorld world, WorkerProcess process)
    {
        var random = world.Random.Fork();
        return new JobGraph
        {
            Job = graph.Job,
            Edges = graph.Edges,
            Settings = graph.Settings,
            DeadLetters = graph.DeadLetters,
            Stages = [.. graph.Stages.Select(stage => new StageDefinition
            {
                Name = stage.Name,
                Steps = stage.Steps,
                Source = stage.Source,
                Outputs = stage.Outputs,
                Parallelism = stage.Parallelism,
                CreateChain = setup => new WatchedChain(stage.CreateChain(setup), new SimPlace(world, process, new UserErrors(world, random))),
            })],
        };
    }

    /// <summary>The source stage that reads the i-th split.</summary>
    public static string SourceOf(SimulationShape shape, int split) => shape == SimulationShape.TwoSources && split % 2 == 1 ? "more" : "lines";

    /// <summary>Lines are numbered by state without a key; one task only can give numbers without gaps.</summary>
    public static bool HasNumbers(SimulationProfile profile) => profile is { Sdk: true, Shape: SimulationShape.Plain, SourceWorkers: 1 };

    public static bool IsAtLeastOnce(SimulationProfile profile, string system) => system switch
    {
        Dead or Numbers => false,
        Marked => profile.AtLeastOnce != profile.MixedDelivery,
        _ => profile.AtLeastOnce,
    };

    /// <summary>The first output takes the job's guarantee, as in most programs.</summary>
    public static Delivery? DeliveryOf(SimulationProfile profile, string output) => output == Words ? null
        : IsAtLeastOnce(profile, output) ? Delivery.AtLeastOnce : Delivery.ExactlyOnce;

    /// <summary>The counts of one thread that reads every line once, per output.</summary>
    public static Dictionary<string, Dictionary<string, long>> Serial(SimWorld world)
    {
        var counts = new Dictionary<string, Dictionary<string, long>> { [Words] = [], [Marked] = [], [Numbers] = [], [Dead] = [] };
        void Add(string output, string text) => counts[output][text] = counts[output].GetValueOrDefault(text) + 1;

        for (var i = 0; i < world.Splits.Count; i++)
        {
            var fromMore = SourceOf(world.Profile.Shape, i) == "more";
            foreach (var line in world.Splits[i].Lines)
            {
                var text = System.Text.Encoding.UTF8.GetString(line.Bytes);
                if (line.Bad || SimSplit.IsRefused(line.Bytes))
                {
                    Add(Dead, text);
                    continue;
                }

                if (HasNumbers(world.Profile))
                {
                    Add(Numbers, "");
                }

                foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var refused = word == SimSplit.RefusedWord;
                    Add(refused ? Dead : fromMore && !world.Profile.Sdk ? Marked : Words, fromMore ? "m:" + word : word);
                    if (world.Profile.Shape == SimulationShape.Diamond)
                    {
                        Add(refused ? Dead : Marked, "m:" + word);
                    }
                }
            }
        }

        return counts;
    }

    private static IEnumerable<StageDefinition> Stages(SimWorld world, WorkerProcess process)
    {
        var shape = world.Profile.Shape;
        yield return Source("lines", setup => shape == SimulationShape.Middle ? new LinesChain(setup) : new SplitChain(world, process, setup));
        if (shape == SimulationShape.TwoSources)
        {
            yield return Source("more", setup => new MarkChain(world, process, setup));
        }
        else if (shape != SimulationShape.Plain)
        {
            yield return new StageDefinition
            {
                Name = "middle",
                Steps = [new StepDescription("middle", "map")],
                CreateChain = setup => shape == SimulationShape.Middle ? new SplitChain(world, process, setup) : new MarkChain(world, process, setup),
            };
        }

        var outputs = shape is SimulationShape.Diamond or SimulationShape.TwoSources ? [Words, Marked] : new[] { Words };
        yield return new StageDefinition
        {
            Name = "count",
            Parallelism = world.Profile.Parallelism,
            Steps =
            [
                new StepDescription("count", "process", "sum/1"),
                .. outputs.Select(static output => new StepDescription(output, "output", Resource: output)),
            ],
            Outputs = [.. outputs.Select(output => new OutputBinding(output, _ => world.Output(output), DeliveryOf(world.Profile, output)))],
            CreateChain = setup => new CountChain(world, process, setup),
        };

        StageDefinition Source(string name, Func<TaskSetup, TaskChain> chain) => new()
        {
            Name = name,
            Steps = [new StepDescription(name, "source", Resource: $"simulated {name}"), new StepDescription(name + "-split", "map")],
            Source = _ => new SimSource(world, name),
            CreateChain = chain,
        };
    }

    private static IReadOnlyList<EdgeDefinition> Edges(SimulationShape shape) => shape switch
    {
        SimulationShape.Plain => [new("lines", "count", Routing.Hash)],
        SimulationShape.Middle => [new("lines", "middle", Routing.RoundRobin), new("middle", "count", Routing.Hash)],
        SimulationShape.TwoSources => [new("lines", "count", Routing.Hash), new("more", "count", Routing.Hash)],
        _ => [new("lines", "count", Routing.Hash), new("lines", "middle", Routing.RoundRobin), new("middle", "count", Routing.Hash)],
    };
}

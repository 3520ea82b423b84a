using System.Globalization;
using Gearpump.Graph;
using Gearpump.Runtime;

namespace Gearpump.Search.Graphs;

/// <summary>The graphs that are searched.</summary>
internal static class SearchGraphs
{
    public const string Job = "search";

    /// <summary>A source, and a count with an output: as little as has both roles, state and a publisher.</summary>
    public static JobGraph Chain(int records) => new()
    {
        Job = Job,
        Stages =
        [
            Source("s", records),
            new StageDefinition
            {
                Name = "count",
                Steps = [new StepDescription("count", "process", "sum/1"), new StepDescription("out", "output", Resource: "out")],
                Outputs = [new OutputBinding("out", static _ => new SearchOutput(), Delivery.ExactlyOnce)],
                CreateChain = static setup => new CountChain("count", setup),
            },
        ],
        Edges = [new EdgeDefinition("s", "count", Routing.RoundRobin)],
        Settings = new JobSettings { CheckpointInterval = TimeSpan.FromMilliseconds(400), BadInput = BadInput.Fail },
    };

    /// <summary>A source, and a count.</summary>
    public static JobGraph Line(int records) => new()
    {
        Job = Job,
        Stages = [Source("s", records), Join()],
        Edges = [Edge("s", "j")],
    };

    /// <summary>A source, two steps without state that both get every record, and a join of them that counts.</summary>
    public static JobGraph Diamond(int records) => new()
    {
        Job = Job,
        Stages = [Source("s", records), Pass("a"), Pass("b"), Join()],
        Edges = [Edge("s", "a"), Edge("s", "b"), Edge("a", "j"), Edge("b", "j")],
    };

    /// <summary>Two sources, and a join of them that counts.</summary>
    public static JobGraph TwoSources(int records) => new()
    {
        Job = Job,
        Stages = [Source("s", records), Source("t", records), Join()],
        Edges = [Edge("s", "j"), Edge("t", "j")],
    };

    /// <summary>Two sources that meet in a step without state, and a count behind it.</summary>
    public static JobGraph MiddleJoin(int records) => new()
    {
        Job = Job,
        Stages = [Source("s", records), Source("t", records), Pass("a"), Join()],
        Edges = [Edge("s", "a"), Edge("t", "a"), Edge("a", "j")],
    };

    /// <summary>How many records of each source come to the join, for each that the source reads.</summary>
    public static int Ways(JobGraph graph, string from) => from == "j" ? 1 : graph.Edges.Where(edge => edge.From == from).Sum(edge => Ways(graph, edge.To));

    private static EdgeDefinition Edge(string from, string to) => new(from, to, Routing.RoundRobin);

    private static StageDefinition Source(string name, int records) => new()
    {
        Name = name,
        Steps = [new StepDescription(name, "source", Resource: $"{name} of {records.ToString(CultureInfo.InvariantCulture)}")],
        Source = _ => new SearchSource(name, records),
        CreateChain = setup => new PassChain(name, setup),
    };

    private static StageDefinition Pass(string name) => new()
    {
        Name = name,
        Steps = [new StepDescription(name, "map")],
        CreateChain = setup => new PassChain(name, setup),
    };

    private static StageDefinition Join() => new()
    {
        Name = "j",
        Steps = [new StepDescription("j", "process", "sum/1")],
        CreateChain = static setup => new CountChain("j", setup),
    };
}

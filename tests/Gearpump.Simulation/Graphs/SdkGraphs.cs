using Gearpump.Graph;
using Gearpump.Runtime;
using Gearpump.Simulation.Outputs;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Graphs;

/// <summary>The same pipelines as users declare them, with the SDK's own serializers and state.</summary>
internal static class SdkGraphs
{
    public static JobGraph Create(SimWorld world, JobSettings settings)
    {
        var graph = new GraphBuilder(SimGraphs.Job).DeadLettersTo(_ => new SimOutput(world, world.Target(SimGraphs.Dead)));
        var lines = graph.From("lines", _ => new SimSource(world, "lines"), Serde.Utf8);
        switch (world.Profile.Shape)
        {
            case SimulationShape.Plain:
                if (SimGraphs.HasNumbers(world.Profile))
                {
                    lines.Process("number", static () => new NumberTask())
                        .To(SimGraphs.Numbers, _ => new SimOutput(world, world.Target(SimGraphs.Numbers)), Serde.DecimalText, Delivery.ExactlyOnce);
                }

                Count(world, lines.SelectMany("split", Split), "count", SimGraphs.Words);
                break;
            case SimulationShape.Middle:
                Count(world, lines.Rebalance("middle").SelectMany("split", Split), "count", SimGraphs.Words);
                break;
            case SimulationShape.Diamond:
                Count(world, lines.SelectMany("split", Split), "count", SimGraphs.Words);
                Count(world, lines.Rebalance("middle").SelectMany("mark", Mark), "count-marked", SimGraphs.Marked);
                break;
            case SimulationShape.TwoSources:
                var more = graph.From("more", _ => new SimSource(world, "more"), Serde.Utf8).Select("mark", MarkedLine);
                Count(world, lines.Merge("both", more).SelectMany("split", Split), "count", SimGraphs.Words);
                break;
        }

        return graph.Build(settings);
    }

    private static void Count(SimWorld world, DataStream<string> words, string step, string output) => words
        .KeyBy(static word => word, Serde.Utf8, Serde.Utf8, step + "-key")
        .Process(step, static () => new CountTask(), world.Profile.Parallelism)
        .To(output, _ => world.Output(output), Serde.Utf8, Serde.DecimalText, SimGraphs.DeliveryOf(world.Profile, output));

    private static IEnumerable<string> Split(string line) => line.StartsWith(SimSplit.RefusedLine, StringComparison.Ordinal)
        ? throw new RecordRejectedException("simulated: not wanted")
        : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Merged streams have one type: the words of the second are marked in its lines.
    private static string MarkedLine(string line) => line.StartsWith(SimSplit.RefusedLine, StringComparison.Ordinal) ? line : string.Join(' ', Mark(line));

    private static IEnumerable<string> Mark(string line) => Split(line).Select(static word => "m:" + word);
}

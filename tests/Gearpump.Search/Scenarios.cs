using Gearpump.Graph;
using Gearpump.Search.Exploration;
using Gearpump.Search.Graphs;
using Gearpump.Search.Worlds;

namespace Gearpump.Search;

/// <summary>What is searched, at the bounds of CI and at larger ones.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All(bool large) =>
    [
        Channels("diamond", SearchGraphs.Diamond, 2, 1, cuts: large ? 2 : 1),
        Channels("two-sources", SearchGraphs.TwoSources, large ? 3 : 2, 1),
        Channels("middle-join", SearchGraphs.MiddleJoin, large ? 2 : 1, 1),
        Channels("lingers", SearchGraphs.Line, large ? 4 : 3, 1, batch: 2, lingers: true),
        Channels("broken-call", SearchGraphs.Line, large ? 3 : 2, 1, breaks: large ? 2 : 1),
        Coordination("calm", new CoordinationBounds(large ? 3 : 2)),
        Coordination("coordinator-crash", new CoordinationBounds(2) { CoordinatorCrashes = 1 }),
        Coordination("processor-crash", new CoordinationBounds(2) { ProcessorCrashes = 1 }),
        Coordination("source-crash", new CoordinationBounds(2) { SourceCrashes = 1 }),
        Coordination("rival", new CoordinationBounds(2) { Rivals = 1 }),
        Coordination("zombie", new CoordinationBounds(1) { CoordinatorPauses = 1, WakesBehindNews = true, StopsInRequest = !large }),
        Coordination("zombie-publisher", new CoordinationBounds(1) { ProcessorPauses = 1, WakesBehindNews = !large }),
        Coordination("late-writes", new CoordinationBounds(1) { TimeOuts = 1, CoordinatorCrashes = 1 }),
        .. large ? TwoCrashes : [],
    ];

    private static Scenario[] TwoCrashes =>
    [
        Coordination("two-crashes", new CoordinationBounds(1) { CoordinatorCrashes = 1, ProcessorCrashes = 1 }),
        Coordination("two-coordinator-crashes", new CoordinationBounds(1) { CoordinatorCrashes = 2 }),
        Coordination("two-processor-crashes", new CoordinationBounds(1) { ProcessorCrashes = 2 }),
        Coordination("source-and-processor-crash", new CoordinationBounds(1) { SourceCrashes = 1, ProcessorCrashes = 1 }),
        Coordination("coordinator-and-source-crash", new CoordinationBounds(1) { CoordinatorCrashes = 1, SourceCrashes = 1 }),
        Coordination("rival-and-coordinator-crash", new CoordinationBounds(1) { Rivals = 1, CoordinatorCrashes = 1 }),
    ];

    /// <summary>Memory is bounded by the states and by the worlds of the frontier: about 2 GB at the small bounds, 10 GB at the large ones.</summary>
    public static SearchLimits Limits(bool large) => large
        ? new SearchLimits(States: 30_000_000, WorldsInMemory: 200_000, ReplayEvery: 100_000)
        : new SearchLimits(ReplayEvery: 10_000);

    /// <summary>What only planted bugs are searched in.</summary>
    public static IReadOnlyList<Scenario> ForPlants() =>
    [
        Coordination("overwriting-store", new CoordinationBounds(2) { Rivals = 1, OverwritingStore = true }),
    ];

    private static Scenario Channels(string name, Func<int, JobGraph> graph, int records, int credit, int cuts = 1, int batch = 1, int breaks = 0, bool lingers = false) =>
        new(name, () => new ChannelWorld(new ChannelBounds(graph(records), records, credit, batch, cuts, breaks, lingers)));

    private static Scenario Coordination(string name, CoordinationBounds bounds) => new(name, () => new CoordinationWorld(bounds));
}

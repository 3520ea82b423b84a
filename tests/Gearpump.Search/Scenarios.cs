using Gearpump.Search.Exploration;
using Gearpump.Search.Graphs;
using Gearpump.Search.Worlds;

namespace Gearpump.Search;

/// <summary>What is searched, at the bounds of CI and at larger ones.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All(bool large) =>
    [
        new("diamond", () => new ChannelWorld(new ChannelBounds(SearchGraphs.Diamond(2), 2, 1, 1, large ? 2 : 1, 0, false))),
        new("two-sources", () => new ChannelWorld(new ChannelBounds(SearchGraphs.TwoSources(2), 2, 1, 1, 1, 0, false))),
        new("calm", () => new CoordinationWorld(new CoordinationBounds(2))),
        new("coordinator-crash", () => new CoordinationWorld(new CoordinationBounds(2) { CoordinatorCrashes = 1 })),
        new("processor-crash", () => new CoordinationWorld(new CoordinationBounds(2) { ProcessorCrashes = 1 })),
        new("rival", () => new CoordinationWorld(new CoordinationBounds(2) { Rivals = 1 })),
        new("zombie", () => new CoordinationWorld(new CoordinationBounds(2) { CoordinatorPauses = 1 })),
    ];
}

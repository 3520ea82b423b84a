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
    ];
}

using Gearpump.Search.Exploration;
using Shouldly;
using Xunit;

namespace Gearpump.Search.Tests;

[Collection(SearchCollection.Name)]
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private static readonly bool Large = Environment.GetEnvironmentVariable("GEARPUMP_SEARCH") == "large";

    public static TheoryData<string> Names => [.. Scenarios.All(Large).Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Search_EveryInterleaving_NothingBreaks(string name)
    {
        var result = Scenarios.All(Large).Single(scenario => scenario.Name == name).Search(Scenarios.Limits(Large));
        output.WriteLine(result.ToString());
        result.Violation.ShouldBeNull(result.ToString());
        result.Complete.ShouldBeTrue();
        result.Terminals.ShouldBePositive("no way led to the end");
    }

    // What the other searches rest on: the same states come out whoever takes them, and in whatever order.
    [Fact]
    public void Search_OneThreadOrTwo_SameStates()
    {
        var calm = Scenarios.All(large: false).Single(scenario => scenario.Name == "calm");
        var one = calm.Search(new SearchLimits { Threads = 1, ReplayEvery = 1 });
        var two = calm.Search(new SearchLimits { Threads = 2, WorldsInMemory = 0 });
        one.Violation.ShouldBeNull(one.ToString());
        one.Replayed.ShouldBe(one.States - 1);
        (two.States, two.Transitions, two.Depth, two.Terminals).ShouldBe((one.States, one.Transitions, one.Depth, one.Terminals));
    }

    [Fact]
    public void Search_StoreThatOverwrites_IsFound()
    {
        var result = Scenarios.ForPlants().Single().Search(new SearchLimits());
        output.WriteLine(result.ToString());
        result.Violation.ShouldNotBeNull();
        result.Violation.ShouldContain("was overwritten by");
    }
}

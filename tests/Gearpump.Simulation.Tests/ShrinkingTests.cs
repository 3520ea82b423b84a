using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

/// <summary>What a failing run is made into, for whoever has to read it.</summary>
public sealed class ShrinkingTests
{
    // The source goes on one line too far when it is opened again: one rollback is enough to show it.
    private const SimulationPlant Plant = SimulationPlant.SkippingSource;

    [Fact]
    public void Of_RunThatFails_AFewFaultsOfAFewKindsAreLeft()
    {
        var (failed, profile) = FirstFailure();

        var smallest = Shrinking.Of(failed, profile);

        smallest.Ok.ShouldBeFalse();
        smallest.Oracle.ShouldBe(failed.Oracle);
        smallest.Faults.Count.ShouldBeLessThan(failed.Faults.Count);
        smallest.LastEvents.ShouldNotBeEmpty();
    }

    [Fact]
    public void Replay_OfAShrunkRun_NamesChangesAndFaults()
    {
        var profile = SimulationProfile.Calm(1).With(nameof(SimulationProfile.Splits), "1") with { Only = new HashSet<int> { 7, 3 } };

        var result = SimulationRun.Execute(1, profile);

        result.Replay.ShouldEndWith("--seed 1 --profile calm --set Splits=1 --faults \"3,7\" --trace");
    }

    [Fact]
    public void With_EmptyValue_LeavesKafkaOut()
    {
        var seed = Enumerable.Range(1, 100).Select(static seed => (ulong)seed).First(static seed => SimulationProfile.Mixed(seed).Kafka is not null);

        var result = SimulationRun.Execute(seed, SimulationProfile.Mixed(seed).With(nameof(SimulationProfile.Kafka), ""));

        result.Failure.ShouldBeNull(result.ToString());
        result.Stats.KafkaPublications.ShouldBe(0);
        result.Replay.ShouldContain("--set Kafka= ");
    }

    [Fact]
    public void Execute_NoFaultIsChosen_NoneStrikes()
    {
        var result = SimulationRun.Execute(3, SimulationProfile.Mixed(3) with { Only = new HashSet<int>() });

        result.Failure.ShouldBeNull(result.ToString());
        result.Faults.ShouldBeEmpty();
        result.Stats.Crashes.ShouldBe(0);
    }

    [Theory]
    [InlineData("NoSuchProperty", "1")]
    [InlineData("Splits", "many")]
    public void With_NoPropertyOrNoValue_SaysWhich(string property, string value) =>
        Should.Throw<ArgumentException>(() => SimulationProfile.Calm(1).With(property, value)).Message.ShouldContain(property);

    private static (SimulationResult Failed, SimulationProfile Profile) FirstFailure()
    {
        for (var seed = 1UL; ; seed++)
        {
            var profile = SimulationProfile.Mixed(seed) with { Plant = Plant };
            if (SimulationRun.Execute(seed, profile) is { Ok: false, Faults.Count: > 5 } failed)
            {
                return (failed, profile);
            }
        }
    }
}

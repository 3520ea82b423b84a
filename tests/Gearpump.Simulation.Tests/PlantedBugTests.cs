using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

/// <summary>A simulator that finds nothing proves nothing: each planted bug must be found within a few seeds.</summary>
public sealed class PlantedBugTests
{
    private const int SeedsMax = 300;

    [Theory]
    [InlineData(SimulationPlant.OverwritingStore)]
    [InlineData(SimulationPlant.UnfencedOutput)]
    [InlineData(SimulationPlant.LossyCall)]
    [InlineData(SimulationPlant.ForgottenUndo)]
    [InlineData(SimulationPlant.ForgottenState)]
    [InlineData(SimulationPlant.SkippingSource)]
    public void Run_PlantedBug_IsFound(SimulationPlant plant)
    {
        var found = Enumerable.Range(1, SeedsMax)
            .Select(seed => SimulationRun.ExecuteOnce((ulong)seed, SimulationProfile.Mixed((ulong)seed) with { Plant = plant }, null))
            .FirstOrDefault(static result => !result.Ok);

        found.ShouldNotBeNull($"{plant} was not found in {SeedsMax} seeds");
        TestContext.Current.TestOutputHelper?.WriteLine($"{plant}: seed {found.Seed}: {found.Failure}");
    }
}

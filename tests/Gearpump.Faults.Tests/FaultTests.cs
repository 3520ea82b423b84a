using Gearpump.Faults.Tests.Support;

namespace Gearpump.Faults.Tests;

/// <summary>Files to files, as real processes that are killed and stopped. GEARPUMP_FAULTS=large: a million lines, 20 kills, 10 stops.</summary>
// Runs one after the other: each has five processes or more.
[Collection("processes")]
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly bool Large = Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large";

    [Fact]
    public async Task ExactlyOnce_KillsAndStops_EveryUpdateOnceAndInOrder()
    {
        using var run = NewRun(atLeastOnce: false);
        var plan = new FaultPlan(run, Print);
        await plan.KillAsync(Large ? 20 : 6);
        await plan.StopAsync(Large ? 10 : 2);
        await run.EndExactlyAsync();
        plan.Report();
        foreach (var (moment, hits) in plan.Hits)
        {
            hits.ShouldBeGreaterThan(0, $"no fault fell during: {moment}");
        }
    }

    [Fact]
    public async Task AtLeastOnce_Kills_NothingLostAndLastCountsRight()
    {
        using var run = new Run(Large ? 1_000_000 : 20_000, 1_500, new RunSettings { Checkpoint = "300ms", AtLeastOnce = true });
        foreach (var victim in Enumerable.Repeat(run.Cluster.Names, Large ? 5 : 1).SelectMany(names => names))
        {
            var cut = 0UL;
            await Wait.ForAsync("a running job", async () => await run.StatusAsync() is { State: "running" } status && (cut = status.Cut) > 0);
            run.Cluster.Signal(victim, "KILL").ShouldNotBe(0);
            await Wait.ForAsync($"two cuts after the kill of {victim}", async () => await run.StatusAsync() is { } status && status.Cut >= cut + 2);
        }

        var repeated = await run.EndAtLeastOnceAsync();
        Print($"at least once: {repeated} updates were repeated of {run.Input.Counts.Values.Sum()}");
    }

    private static Run NewRun(bool atLeastOnce) => new(Large ? 1_000_000 : 100_000, Large ? 3_000 : 1_000, new RunSettings
    {
        Checkpoint = "1s",
        AtLeastOnce = atLeastOnce,
        Failpoints = (_, _, folder) => FaultPlan.Failpoints(folder),
    });

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}

using Gearpump.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>At-least-once under the faults of the exactly-once run. Real: processes, signals, gRPC, files, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class AtLeastOnceTests(ITestOutputHelper output)
{
    private static readonly bool Large = Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large";

    [Fact]
    public async Task Run_KillsAndAStop_NothingLostAndEveryLastCountRight()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var lines = Large ? 1_000_000 : 30_000;
        var expected = folder.Write("a.txt", lines, 41);
        using var cluster = new JobCluster(folder, new ClusterSettings { AtLeastOnce = true, LinesPerSecond = lines / 100 });

        for (var round = 0; round < (Large ? 5 : 1); round++)
        {
            foreach (var victim in cluster.Processes.Names)
            {
                await cluster.CutsAsync(1);
                cluster.Processes.Signal(victim, "KILL").ShouldNotBe(0);
                await cluster.CutsAsync(2);
            }
        }

        var stopped = cluster.Processes.Signal("processor-1", "STOP");
        await WaitAsync.ForAsync("the rollback without the stopped processor", async () =>
            await cluster.StatusAsync() is { } status && status.LastCause.Contains("silent", StringComparison.Ordinal));
        cluster.Processes.Signal("processor-1", "CONT").ShouldBe(stopped);
        await cluster.CutsAsync(2);

        var repeated = await cluster.EndAtLeastOnceAsync(expected);
        output.WriteLine($"at least once: {expected.Values.Sum():N0} updates, {repeated:N0} of them repeated, none lost");
    }
}

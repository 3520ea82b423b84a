using Gearpump.EndToEnd.Support;
using Gearpump.Examples.OwnSource;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>A user's own source, which can be asked only by time, gets both guarantees. Real: processes, signals, gRPC, files, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class OwnSourceTests(ITestOutputHelper output)
{
    private const int Readings = 30_000;

    [Fact]
    public async Task ExactlyOnce_EveryRoleKilled_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        using var cluster = new JobCluster(folder, Settings(folder, atLeastOnce: false));

        foreach (var victim in cluster.Processes.Names)
        {
            await cluster.NewOutputAsync(2, "the kill before");
            cluster.Processes.Signal(victim, "KILL").ShouldNotBe(0);
        }

        await cluster.EndExactlyAsync(Expected());
    }

    [Fact]
    public async Task AtLeastOnce_SourceAndProcessorKilled_NothingLostAndEveryLastCountRight()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        using var cluster = new JobCluster(folder, Settings(folder, atLeastOnce: true));

        foreach (var victim in new[] { "source-0", "processor-1" })
        {
            await cluster.CutsAsync(2);
            cluster.Processes.Signal(victim, "KILL").ShouldNotBe(0);
        }

        var repeated = await cluster.EndAtLeastOnceAsync(Expected());
        output.WriteLine($"at least once: {Readings:N0} updates, {repeated:N0} of them repeated, none lost");
    }

    private static ClusterSettings Settings(TextFolder folder, bool atLeastOnce) => new()
    {
        Job = "sensors",
        Program = "OwnSource.dll",
        Arguments =
        [
            "--output", folder.Output, "--readings", $"{Readings}", "--per-second", "2000", $"--Gearpump:State={folder.State}",
            $"--Gearpump:Delivery={(atLeastOnce ? "at-least-once" : "exactly-once")}", "--Gearpump:CheckpointInterval=300ms",
        ],
        AtLeastOnce = atLeastOnce,
    };

    private static Dictionary<string, long> Expected() => Enumerable.Range(0, Readings)
        .GroupBy(reading => SensorArchive.SensorOf(reading), StringComparer.Ordinal).ToDictionary(sensor => sensor.Key, sensor => sensor.LongCount(), StringComparer.Ordinal);
}

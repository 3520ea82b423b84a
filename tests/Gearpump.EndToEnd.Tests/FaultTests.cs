using Gearpump.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>
/// Files to files on real processes that are killed and stopped while the committed files are read. Real: processes, signals,
/// gRPC, files, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly int Lines = Faults.Large ? 1_000_000 : 60_000;

    [Fact]
    public async Task Run_KillsAndStopsOverAllRoles_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", Lines, 11);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Checkpoint = "1s",
            LinesPerSecond = Lines / 100,
            Failpoints = (_, _) => Faults.Failpoints(folder),
        });
        var faults = new Faults(cluster, folder, output);
        await cluster.NewOutputAsync(1, "the start");

        await faults.KillAsync(Faults.Large ? 20 : 8);
        await faults.StopAsync(Faults.Large ? 10 : 1);
        await cluster.EndExactlyAsync(expected);

        output.WriteLine($"{Lines:N0} lines, {expected.Values.Sum():N0} updates; faults during: {string.Join(", ", faults.Fell.Select(pair => $"{pair.Key} {pair.Value}"))}");
        faults.Fell.Values.ShouldAllBe(count => count > 0);
    }
}

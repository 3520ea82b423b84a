using System.Diagnostics;
using Gearpump.EndToEnd.Support;
using Gearpump.Hosting.Launch;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>
/// Processes that kill or stop themselves at the places where it hurts most, while the committed files are read. Real: processes,
/// signals, gRPC, files, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class FailpointTests
{
    private const int Killed = 137;
    private const int Fenced = 75;

    [Theory]
    [InlineData("before-snapshot", "processor-0")]
    [InlineData("after-snapshot", "processor-0")]
    [InlineData("before-snapshot", "source-0")]
    [InlineData("after-snapshot", "source-0")]
    [InlineData("before-manifest", "coordinator")]
    [InlineData("after-manifest", "coordinator")]
    [InlineData("before-publish", "processor-0")]
    [InlineData("during-publish", "processor-0")]
    [InlineData("after-publish", "processor-0")]
    public async Task Killed_AtFailpoint_EveryUpdateOnceAndInOrder(string failpoint, string victim)
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 8_000, 21);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            // The first life alone, and not at its first cut. Publishers have no fixed place, so both processors get theirs.
            Failpoints = (name, starts) => starts == 0 && IsVictim(name, failpoint, victim) ? $"{failpoint}=kill@2" : "",
        });

        await WaitAsync.ForAsync($"a process that is killed at {failpoint}", () =>
        {
            cluster.ReadCommitted();
            cluster.Processes.Over.IsCompleted.ShouldBeFalse("the job was over before anybody was killed");
            return cluster.Processes.Exits.Any(exit => exit.Code == Killed && IsVictim(exit.Name, failpoint, victim));
        });
        await cluster.NewOutputAsync(2, $"{victim} was killed at {failpoint}");
        await cluster.EndExactlyAsync(expected);
    }

    [Fact]
    public async Task Killed_CoordinatorDuringRollback_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 8_000, 22);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Failpoints = (name, starts) => (name, starts) switch
            {
                ("coordinator", 0) => "rollback=kill@1",
                ("processor-0", 0) => "before-snapshot=kill@3",
                _ => "",
            },
        });

        await cluster.ExitAsync("coordinator", Killed);
        await cluster.NewOutputAsync(2, "the coordinator was killed during a rollback");
        await cluster.EndExactlyAsync(expected);
    }

    [Fact]
    public async Task Stopped_CoordinatorBeforeItsManifest_AnotherGoesOnAndTheWokenOneIsFenced()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 20_000, 23);
        var stopped = Path.Combine(folder.Root, "stopped");
        var port = LocalPort.Find(Random.Shared);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            LinesPerSecond = 500,
            OtherCoordinators = [$"http://127.0.0.1:{port}"],
            Failpoints = (name, starts) => (name, starts) == ("coordinator", 0) ? $"before-manifest=touch:{stopped}@3,before-manifest=stop@3" : "",
        });
        await WaitAsync.ForAsync("a coordinator that stops before its third manifest", () => File.Exists(stopped));
        var first = cluster.Processes.PidOf("coordinator");

        using var second = StartCoordinator(cluster, port);
        try
        {
            await cluster.NewOutputAsync(3, "another coordinator was started");
            cluster.Processes.PidOf("coordinator").ShouldBe(first, "the first is still stopped");
            cluster.Processes.Signal("coordinator", "CONT").ShouldBe(first);
            await cluster.ExitAsync("coordinator", Fenced);
            await cluster.NewOutputAsync(2, "the first coordinator was woken");
            await cluster.EndExactlyAsync(expected);
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool IsVictim(string name, string failpoint, string victim) =>
        failpoint.EndsWith("-publish", StringComparison.Ordinal) ? name.StartsWith("processor", StringComparison.Ordinal) : name == victim;

    private static Process StartCoordinator(JobCluster cluster, int port) => Process.Start(new ProcessStartInfo("dotnet",
    [
        Path.Combine(AppContext.BaseDirectory, "Gearpump.Coordinator.dll"), .. cluster.Engine, "--Gearpump:Job=word-count",
        $"--Gearpump:Listen=127.0.0.1:{port}", "--Gearpump:Sources=1", "--Gearpump:Processors=2", $"--Gearpump:Redis={cluster.Redis.Endpoint}",
    ])).ShouldNotBeNull();
}

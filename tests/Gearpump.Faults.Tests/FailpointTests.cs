using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gearpump.Faults.Tests.Support;

namespace Gearpump.Faults.Tests;

/// <summary>Processes that kill or stop themselves at the places where it hurts most. Test builds only.</summary>
// Runs one after the other: each has five processes or more.
[Collection("processes")]
public sealed class FailpointTests
{
    private const int Killed = 137;

    [Theory]
    [InlineData("before-snapshot", "processor-0")]
    [InlineData("after-snapshot", "processor-0")]
    [InlineData("before-snapshot", "source-0")]
    [InlineData("before-manifest", "coordinator")]
    [InlineData("after-manifest", "coordinator")]
    [InlineData("before-publish", "processor")]
    [InlineData("after-publish", "processor")]
    public async Task Killed_AtFailpoint_ResultExact(string failpoint, string victim)
    {
        using var run = new Run(6_000, 1_000, new RunSettings
        {
            Failpoints = (name, starts, _) => starts == 0 && name.StartsWith(victim, StringComparison.Ordinal) ? $"{failpoint}=kill@2" : "",
        });
        await Wait.ForAsync($"a process {victim} that is killed at {failpoint}", () => Task.FromResult(run.Cluster.Exits.Any(exit => exit.Code == Killed)));
        run.Cluster.Exits.First(exit => exit.Code == Killed).Name.ShouldStartWith(victim);
        await run.EndExactlyAsync();
    }

    [Fact]
    public async Task Killed_DuringRollback_ResultExact()
    {
        using var run = new Run(6_000, 1_000, new RunSettings
        {
            Failpoints = (name, starts, _) => (name, starts) switch
            {
                ("coordinator", 0) => "rollback=kill@2",
                ("processor-0", 0) => "before-snapshot=kill@2",
                ("processor-0", 1) => "before-snapshot=kill@3",
                _ => "",
            },
        });
        await Wait.ForAsync("a coordinator that is killed during a rollback", () => Task.FromResult(run.Cluster.Exits.Contains(("coordinator", Killed))));
        await run.EndExactlyAsync();
    }

    [Fact]
    public async Task CoordinatorStopped_BeforeItsManifest_AnotherTakesOverAndTheFirstIsFenced()
    {
        var port = FreePort();
        using var run = new Run(12_000, 500, new RunSettings
        {
            OtherCoordinators = [$"http://127.0.0.1:{port}"],
            Failpoints = (name, starts, folder) => (name, starts) == ("coordinator", 0) ? $"before-manifest=touch:{Path.Combine(folder, "stopped")}@3,before-manifest=stop@3" : "",
        });
        await Wait.ForAsync("a coordinator that stops before its third manifest", () => Task.FromResult(File.Exists(Path.Combine(run.Folder, "stopped"))));
        var first = run.Cluster.PidOf("coordinator");
        using var second = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Gearpump.Coordinator.dll"), .. run.Engine, $"--Gearpump:Job={Run.Job}",
            $"--Gearpump:Listen=127.0.0.1:{port}", "--Gearpump:Sources=1", "--Gearpump:Processors=2", $"--Gearpump:Redis={run.Redis.Endpoint}",
        ]))!;
        try
        {
            run.ReadCommitted();
            await run.CommittedAsync(run.Committed.NewestCut + 3, "another coordinator was started");
            run.Cluster.PidOf("coordinator").ShouldBe(first, "the first is still stopped");
            run.Cluster.Signal("coordinator", "CONT").ShouldBe(first);
            await Wait.ForAsync("the first coordinator to leave", () => Task.FromResult(run.Cluster.PidOf("coordinator") != first));
            run.Cluster.Exits.First(exit => exit.Name == "coordinator").Code.ShouldBe(75);
            await run.EndExactlyAsync();
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

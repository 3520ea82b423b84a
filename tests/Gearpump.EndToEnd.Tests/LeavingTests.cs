using Gearpump.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>SIGTERM is a request to leave in peace. Real: processes, signals, gRPC, files, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class LeavingTests
{
    [Theory]
    [InlineData("processor-1")]
    [InlineData("source-0")]
    [InlineData("coordinator")]
    public async Task Terminated_LeavesAndIsReplaced_EveryUpdateOnceAndInOrder(string name)
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 20_000, 61);
        using var cluster = new JobCluster(folder, new ClusterSettings());
        await cluster.NewOutputAsync(2, "the start");

        var pid = cluster.Processes.Signal(name, "TERM");
        await WaitAsync.ForAsync($"{name} to leave", () => cluster.ReadCommitted() | cluster.Processes.PidOf(name) != pid && cluster.Processes.PidOf(name) != pid);

        if (name == "coordinator")
        {
            // Its word is final: the job is stopped where the launcher's Ctrl-C would stop it.
            (await cluster.Processes.Over.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Code.ShouldBe(0);
            return;
        }

        cluster.Processes.Exits.ShouldContain((name, 0));
        await cluster.NewOutputAsync(2, $"{name} has left");
        await cluster.EndExactlyAsync(expected);
    }
}

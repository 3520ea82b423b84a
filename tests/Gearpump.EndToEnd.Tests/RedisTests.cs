using Gearpump.EndToEnd.Support;
using Gearpump.Redis;
using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>Redis mirrors the clocks: without it nothing is lost. Real: processes, signals, gRPC, files, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class RedisTests
{
    [Fact]
    public async Task Gone_CutsGoOnAlsoOverAKill()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 20_000, 31);
        using var cluster = new JobCluster(folder, new ClusterSettings());
        await cluster.NewOutputAsync(2, "the start");

        cluster.EndRedis();
        await cluster.NewOutputAsync(3, "Redis has gone");
        await WaitAsync.ForAsync("a status that says so", async () => await cluster.StatusAsync() is { ClockMirror.Length: > 0 });
        cluster.Processes.Signal("processor-1", "KILL").ShouldNotBe(0);
        await cluster.NewOutputAsync(2, "a kill without Redis");

        await cluster.EndExactlyAsync(expected);
    }

    [Fact]
    public async Task FlushedWhileTheCoordinatorIsKilled_NothingLostOrDoubledAndTheClocksComeBack()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 20_000, 32);
        using var cluster = new JobCluster(folder, new ClusterSettings());
        await cluster.NewOutputAsync(2, "the start");
        var before = await ClocksAsync(cluster);

        cluster.Processes.Signal("coordinator", "KILL").ShouldNotBe(0);
        cluster.FlushRedis();
        await cluster.NewOutputAsync(3, "Redis was flushed and the coordinator killed");

        var after = await ClocksAsync(cluster);
        after.MinClockMs.ShouldBeGreaterThan(before.MinClockMs);
        after.CheckpointClockMs.ShouldBeGreaterThan(before.CheckpointClockMs);
        await cluster.EndExactlyAsync(expected);
    }

    private static async Task<JobClocks> ClocksAsync(JobCluster cluster)
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(cluster.Redis.Endpoint);
        JobClocks? found = null;
        await WaitAsync.ForAsync("the clocks in Redis", async () =>
        {
            cluster.ReadCommitted();
            found = await mirror.ReadAsync("word-count", TestContext.Current.CancellationToken);
            return found is { CheckpointClockMs: > 0 };
        });
        return found.ShouldNotBeNull();
    }
}

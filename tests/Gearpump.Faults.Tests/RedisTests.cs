using Gearpump.Faults.Tests.Support;

namespace Gearpump.Faults.Tests;

/// <summary>Redis (embedded, real protocol) is a mirror: without it nothing is lost.</summary>
// Runs one after the other: each has five processes or more.
[Collection("processes")]
public sealed class RedisTests
{
    [Fact]
    public async Task Redis_Gone_CutsGoOn()
    {
        using var run = new Run(40_000, 1_000);
        await run.CommittedAsync(2, "the start");
        run.EndRedis();
        await run.CommittedAsync(run.Committed.NewestCut + 3, "Redis has gone");
        run.Cluster.Signal("processor-1", "KILL").ShouldNotBe(0);
        await run.CommittedAsync(run.Committed.NewestCut + 2, "a kill without Redis");
        await run.EndExactlyAsync();
    }

    [Fact]
    public async Task Redis_FlushedWhileTheCoordinatorIsKilled_NothingLostOrDoubled()
    {
        using var run = new Run(40_000, 1_000);
        await run.CommittedAsync(2, "the start");
        run.Cluster.Signal("coordinator", "KILL").ShouldNotBe(0);
        run.FlushRedis();
        await run.CommittedAsync(run.Committed.NewestCut + 3, "Redis was flushed and the coordinator killed");
        await run.EndExactlyAsync();
    }
}

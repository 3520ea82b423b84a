using System.Globalization;
using Gearpump.Redis;
using Gearpump.Storage;
using Gearpump.Testing.Containers;
using Gearpump.Testing.Proxies;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>What a real Redis 7.0 can answer or do that is no success: the mirror says so, and goes on by itself when it is over.</summary>
public sealed class RedisFaultTests(RedisServer redis) : IClassFixture<RedisServer>
{
    // The least that the mirror needs; docs/running-on-services.md shows the same.
    private static readonly string[] Rights = "~gearpump:* -@all +eval +evalsha +script|load +type +hget +hset +hmget +del +ping +echo".Split(' ');
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);
    private readonly JobClocks _clocks = new("job-" + Guid.NewGuid().ToString("n"), "i", 1, 20, 10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_ReadOnlyReplica_FailsAndGoesOnWhenItIsPromoted()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await redis.EndpointAsync());
        await redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        try
        {
            (await Should.ThrowAsync<RedisServerException>(mirror.WriteAsync(_clocks, Cancellation).AsTask())).Message.ShouldContain("READONLY");
        }
        finally
        {
            await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        }

        await WrittenAsync(mirror);
    }

    [Fact]
    public async Task WriteAsync_OutOfMemory_FailsAndGoesOnWhenThereIsMemory()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await redis.EndpointAsync());
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        try
        {
            (await Should.ThrowAsync<RedisServerException>(mirror.WriteAsync(_clocks, Cancellation).AsTask())).Message.ShouldContain("OOM");
        }
        finally
        {
            await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        }

        await WrittenAsync(mirror);
    }

    [Fact]
    public async Task WriteAsync_ScriptsFlushed_IsWritten()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await redis.EndpointAsync());
        await mirror.WriteAsync(_clocks with { MinClockMs = 11 }, Cancellation);
        await redis.CommandAsync("SCRIPT", "FLUSH");

        await WrittenAsync(mirror);
    }

    [Fact]
    public async Task WriteAsync_LoadingItsData_FailsAndGoesOnBehindIt()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await redis.EndpointAsync());
        await redis.CommandAsync("DEBUG", "POPULATE", "2000", "filler");
        await redis.CommandAsync("CONFIG", "SET", "key-load-delay", "2000");
        await redis.CommandAsync("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
        var reloading = redis.CommandAsync("DEBUG", "RELOAD");
        var refusals = new List<string>();
        await UntilAsync(async () =>
        {
            try
            {
                await mirror.WriteAsync(_clocks, Cancellation);
                return reloading.IsCompleted;
            }
            catch (Exception e) when (e is RedisException or TimeoutException or IOException)
            {
                refusals.Add(e.Message);
                return false;
            }
        });

        await reloading;
        refusals.ShouldNotBeEmpty();
        await WrittenAsync(mirror);
    }

    [Fact]
    public async Task WriteAsync_DemotedBehindAnOpenConnection_FindsTheNewPrimary()
    {
        await using var other = new RedisServer();
        await using var proxy = new TcpProxy(await redis.EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(proxy.Endpoint);
        await mirror.WriteAsync(_clocks with { MinClockMs = 11 }, Cancellation);
        proxy.Redirect(await other.EndpointAsync());
        await redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        try
        {
            await WrittenAsync(mirror);
            (await other.CommandAsync("HGET", RedisClockMirror.KeyOf(_clocks.Job), "min")).ShouldBe("20");
        }
        finally
        {
            await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        }
    }

    [Fact]
    public async Task WriteAsync_ConnectionIsDeadAndNobodySaysSo_ComesBackOnANewOne()
    {
        await using var proxy = new TcpProxy(await redis.EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(proxy.Endpoint);
        await mirror.WriteAsync(_clocks with { MinClockMs = 11 }, Cancellation);
        proxy.Strand();

        await Should.ThrowAsync<TimeoutException>(mirror.WriteAsync(_clocks, Cancellation).AsTask());
        await mirror.WriteAsync(_clocks, Cancellation);

        (await mirror.ReadAsync(_clocks.Job, Cancellation)).ShouldBe(_clocks);
    }

    [Fact]
    public async Task WriteAsync_ServerGoneForAWhile_GoesOnWhenItIsBack()
    {
        await using var proxy = new TcpProxy(await redis.EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(proxy.Endpoint);
        await mirror.WriteAsync(_clocks with { MinClockMs = 11 }, Cancellation);
        proxy.Refuse();
        for (var tries = 0; tries < 3; tries++)
        {
            await Should.ThrowAsync<Exception>(mirror.WriteAsync(_clocks, Cancellation).AsTask());
        }

        proxy.Heal();
        await WrittenAsync(mirror);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong-word")]
    [InlineData(",user=nobody,password=wrong-word")]
    public async Task ConnectAsync_WrongUserOrPassword_IsRefusedWithoutShowingIt(string credentials)
    {
        await using var closed = new RedisServer();
        await closed.CommandAsync("CONFIG", "SET", "requirepass", "secret-word");

        var error = await Should.ThrowAsync<RefusedException>(RedisClockMirror.ConnectAsync($"{await closed.EndpointAsync()}{credentials}"));

        error.Message.ShouldContain("check user and password");
        error.Message.ShouldNotContain("wrong-word");
    }

    [Fact]
    public async Task ProbeAsync_UserWithTheRightsOfTheDocs_MayDoEverything()
    {
        await redis.CommandAsync(["ACL", "SETUSER", "least", "reset", "on", ">secret-word", .. Rights]);
        await using var mirror = await RedisClockMirror.ConnectAsync($"{await redis.EndpointAsync()},user=least,password=secret-word");

        await mirror.ProbeAsync(_clocks.Job, Cancellation);

        await WrittenAsync(mirror);
        (await redis.CommandAsync("KEYS", $"*{_clocks.Job}*")).ShouldBe(RedisClockMirror.KeyOf(_clocks.Job), "the probe leaves nothing");
    }

    [Theory]
    [InlineData("-hset")]
    [InlineData("-eval", "-evalsha")]
    [InlineData("resetkeys")]
    public async Task ProbeAsync_RightMissing_IsRefusedNamingUserAndRight(params string[] without)
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"user{Math.Abs(without[0].GetHashCode(StringComparison.Ordinal))}");
        await redis.CommandAsync(["ACL", "SETUSER", user, "reset", "on", ">secret-word", .. Rights, .. without]);
        await using var mirror = await RedisClockMirror.ConnectAsync($"{await redis.EndpointAsync()},user={user},password=secret-word");

        var error = await Should.ThrowAsync<RefusedException>(mirror.ProbeAsync(_clocks.Job, Cancellation));

        error.Message.ShouldContain($"'{user}'");
        error.Message.ShouldContain("give it the right");
        error.Message.ShouldNotContain("secret-word");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task ProbeAsync_ReadOnlyForNow_IsNoRefusal()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await redis.EndpointAsync());
        await redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        try
        {
            await mirror.ProbeAsync(_clocks.Job, Cancellation);
        }
        finally
        {
            await redis.CommandAsync("REPLICAOF", "NO", "ONE");
        }
    }

    private async Task WrittenAsync(RedisClockMirror mirror)
    {
        await UntilAsync(async () =>
        {
            try
            {
                await mirror.WriteAsync(_clocks, Cancellation);
                return true;
            }
            catch (Exception e) when (e is RedisException or TimeoutException or IOException)
            {
                return false;
            }
        });
        (await mirror.ReadAsync(_clocks.Job, Cancellation)).ShouldBe(_clocks);
    }

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Most);
        while (!await done())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}

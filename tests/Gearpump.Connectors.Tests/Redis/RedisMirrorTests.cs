using System.Diagnostics;
using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Redis;
using Gearpump.Storage;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>What the Redis mirror promises beyond the contract, on whatever server the heir names.</summary>
public abstract class RedisMirrorTests : ClockMirrorConformance
{
    /// <summary>host:port of a running server.</summary>
    protected abstract Task<string> EndpointAsync();

    protected override async Task<IClockMirror> MirrorAsync() => await RedisClockMirror.ConnectAsync(await EndpointAsync());

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("nan")]
    public async Task WriteAsync_GarbageUnderAField_IsWrittenOverAndCounted(string garbage)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(await EndpointAsync());
        foreach (var field in new[] { "epoch", "min", "checkpoint" })
        {
            var clocks = new JobClocks(NewJob(), "i", 2, 20, 10);
            await mirror.WriteAsync(clocks, Cancellation);
            await redis.GetDatabase().HashSetAsync(RedisClockMirror.KeyOf(clocks.Job), field, garbage);
            (await mirror.ReadAsync(clocks.Job, Cancellation)).ShouldBeNull(field);
            var before = mirror.GarbageOverwritten;
            await mirror.WriteAsync(clocks, Cancellation);
            mirror.GarbageOverwritten.ShouldBe(before + 1, field);
            (await mirror.ReadAsync(clocks.Job, Cancellation)).ShouldBe(clocks, field);
        }
    }

    [Fact]
    public async Task WriteAsync_AnotherKindOfValueUnderTheKey_IsWrittenOverAndCounted()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(await EndpointAsync());
        var clocks = new JobClocks(NewJob(), "i", 2, 20, 10);
        await redis.GetDatabase().StringSetAsync(RedisClockMirror.KeyOf(clocks.Job), "abc");
        (await mirror.ReadAsync(clocks.Job, Cancellation)).ShouldBeNull();
        await mirror.WriteAsync(clocks, Cancellation);
        mirror.GarbageOverwritten.ShouldBe(1);
        (await mirror.ReadAsync(clocks.Job, Cancellation)).ShouldBe(clocks);
    }

    [Fact]
    public async Task WriteAsync_OrdinaryClocks_CountsNoGarbage()
    {
        await using var mirror = await RedisClockMirror.ConnectAsync(await EndpointAsync());
        var clocks = new JobClocks(NewJob(), "i", 2, 20, 10);
        await mirror.WriteAsync(clocks, Cancellation);
        await mirror.WriteAsync(clocks with { Instance = "j", Epoch = 1 }, Cancellation);
        mirror.GarbageOverwritten.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_ServerStopsAnswering_EndsWithinTheDeadline()
    {
        await using var relay = new StallingRelay(await EndpointAsync());
        await using var mirror = await RedisClockMirror.ConnectAsync(relay.Endpoint);
        var clocks = new JobClocks(NewJob(), "i", 1, 2, 1);
        await mirror.WriteAsync(clocks, Cancellation);
        relay.Stall();
        var watch = Stopwatch.StartNew();
        await Should.ThrowAsync<Exception>(mirror.WriteAsync(clocks with { MinClockMs = 3 }, Cancellation).AsTask());
        await Should.ThrowAsync<Exception>(mirror.ReadAsync(clocks.Job, Cancellation).AsTask());
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "two calls of at most 2 s each, on a busy machine");
    }
}

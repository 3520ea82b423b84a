using System.Net;
using System.Net.Sockets;
using Gearpump.Redis;
using Gearpump.Redis.Embedded;
using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>The embedded Redis (Garnet) as a server: starting, stopping, going away.</summary>
public sealed class EmbeddedRedisTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Constructor_TwoInOneProcess_KeepTheirDataApart()
    {
        using var one = new EmbeddedRedis();
        using var two = new EmbeddedRedis();
        await using var first = await RedisClockMirror.ConnectAsync(one.Endpoint);
        await using var second = await RedisClockMirror.ConnectAsync(two.Endpoint);
        await first.WriteAsync(new JobClocks("j", "i", 1, 2, 1), Cancellation);
        (await second.ReadAsync("j", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public void Constructor_PortIsTakenMeanwhile_TakesAnother()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var tries = 0;
        using var redis = new EmbeddedRedis(() =>
        {
            if (tries++ == 0)
            {
                return ((IPEndPoint)taken.LocalEndpoint).Port;
            }

            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            return ((IPEndPoint)free.LocalEndpoint).Port;
        });
        tries.ShouldBe(2);
    }

    [Fact]
    public async Task Dispose_Running_StopsListening()
    {
        var redis = new EmbeddedRedis();
        var endpoint = IPEndPoint.Parse(redis.Endpoint);
        redis.Dispose();
        using var client = new TcpClient();
        await Should.ThrowAsync<SocketException>(async () => await client.ConnectAsync(endpoint, Cancellation));
    }

    [Fact]
    public async Task WriteAsync_RedisGoneAndBack_FailsMeanwhileAndGoesOn()
    {
        var redis = new EmbeddedRedis();
        var port = IPEndPoint.Parse(redis.Endpoint).Port;
        await using var mirror = await RedisClockMirror.ConnectAsync(redis.Endpoint);
        var clocks = new JobClocks("j", "i", 1, 2, 1);
        await mirror.WriteAsync(clocks, Cancellation);
        redis.Dispose();
        await Should.ThrowAsync<Exception>(mirror.WriteAsync(clocks, Cancellation).AsTask());

        using var again = new EmbeddedRedis(() => port);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await mirror.WriteAsync(clocks, limit.Token);
                break;
            }
            catch (Exception e) when (e is StackExchange.Redis.RedisException or TimeoutException)
            {
                await Task.Delay(50, limit.Token);
            }
        }

        (await mirror.ReadAsync("j", Cancellation)).ShouldBe(clocks);
    }

    [Fact]
    public async Task ConnectAsync_NobodyAnswers_ThrowsWithinTheDeadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await Should.ThrowAsync<Exception>(RedisClockMirror.ConnectAsync($"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
    }
}

using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>The mirror on a real Redis 7.0, in a container; skipped, with the reason, where no Docker engine answers.</summary>
public sealed class RedisClockMirrorTests(RedisContainerFixture redis) : RedisMirrorTests, IClassFixture<RedisContainerFixture>
{
    protected override string Endpoint => redis.Endpoint;
}

using Gearpump.Testing.Containers;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>The mirror on a real Redis 7.0, in a container.</summary>
public sealed class RedisClockMirrorTests(RedisServer redis) : RedisMirrorTests
{
    protected override Task<string> EndpointAsync() => redis.EndpointAsync();
}

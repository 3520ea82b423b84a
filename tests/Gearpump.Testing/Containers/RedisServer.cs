using Testcontainers.Redis;

namespace Gearpump.Testing.Containers;

/// <summary>A real Redis 7.0.</summary>
public sealed class RedisServer() : ContainerServer<RedisContainer>("Redis")
{
    /// <summary>host:port.</summary>
    public async Task<string> EndpointAsync()
    {
        var container = await ContainerAsync();
        return $"{container.Hostname}:{container.GetMappedPublicPort(RedisBuilder.RedisPort)}";
    }

    protected override RedisContainer Build() => new RedisBuilder("redis:7.0").Build();
}

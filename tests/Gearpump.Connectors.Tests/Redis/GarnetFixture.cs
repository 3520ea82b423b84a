using Gearpump.Redis.Embedded;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>One embedded Redis (Garnet) for all tests of a class.</summary>
public sealed class GarnetFixture : IDisposable
{
    private readonly EmbeddedRedis _redis = new();

    public string Endpoint => _redis.Endpoint;

    public void Dispose() => _redis.Dispose();
}

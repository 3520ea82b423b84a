using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>The mirror on the embedded Redis (Garnet).</summary>
public sealed class GarnetClockMirrorTests(GarnetFixture garnet) : RedisMirrorTests, IClassFixture<GarnetFixture>
{
    protected override Task<string> EndpointAsync() => Task.FromResult(garnet.Endpoint);
}

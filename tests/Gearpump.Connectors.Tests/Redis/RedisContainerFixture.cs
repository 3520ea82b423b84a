using Testcontainers.Redis;
using Xunit;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>One real Redis 7.0 in a container for all tests of a class, where a Docker engine answers.</summary>
public sealed class RedisContainerFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private RedisContainer? _container;
    private string? _whyNot;

    /// <summary>host:port; skips the test, with the reason, where there is no Docker engine.</summary>
    public string Endpoint
    {
        get
        {
            Assert.SkipWhen(_whyNot is not null, $"NOT RUN on a real Redis: {_whyNot}");
            return $"{_container!.Hostname}:{_container.GetMappedPublicPort(RedisBuilder.RedisPort)}";
        }
    }

    public async ValueTask InitializeAsync()
    {
        RedisContainer container;
        try
        {
            container = new RedisBuilder("redis:7.0").Build();
        }
        catch (Exception e) when (e.GetType().Name == "DockerUnavailableException" || e is ArgumentException)
        {
            _whyNot = $"no Docker engine answers ({e.Message.ReplaceLineEndings(" ")})";
            return;
        }

        // With an engine that answers, a container that does not start is an error and no reason to skip.
        using var timeout = new CancellationTokenSource(StartTimeout);
        await container.StartAsync(timeout.Token);
        _container = container;
    }

    public ValueTask DisposeAsync() => _container?.DisposeAsync() ?? ValueTask.CompletedTask;
}

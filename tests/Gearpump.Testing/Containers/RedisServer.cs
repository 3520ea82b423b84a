using Testcontainers.Redis;
using Xunit;

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

    /// <summary>Runs a command of redis-cli inside; what it has answered.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        var result = await (await ContainerAsync()).ExecAsync(["redis-cli", .. command], TestContext.Current.CancellationToken);
        return result.ExitCode == 0 ? result.Stdout.Trim() : throw new InvalidOperationException($"redis-cli {string.Join(' ', command)}: {result.Stdout}{result.Stderr}");
    }

    /// <summary>Stops the server where it stands, as SIGSTOP does: connections stay open and nothing answers.</summary>
    public async Task PauseAsync() => await (await ContainerAsync()).PauseAsync(TestContext.Current.CancellationToken);

    public async Task UnpauseAsync() => await (await ContainerAsync()).UnpauseAsync(TestContext.Current.CancellationToken);

    // Debugging: so that a test can have it load its data slowly.
    protected override RedisContainer Build() => new RedisBuilder("redis:7.0").WithCommand("--enable-debug-command", "yes").Build();
}

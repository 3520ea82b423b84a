using System.Diagnostics;
using Gearpump.Hosting.Launch;
using Testcontainers.Kafka;

namespace Gearpump.Testing.Containers;

/// <summary>A real Kafka broker, 4.2.1 in KRaft mode. Its tools are in /opt/kafka/bin, and reach it inside at localhost:9093.</summary>
public sealed class KafkaServer() : ContainerServer<KafkaContainer>("Kafka")
{
    private static readonly TimeSpan RestartMost = TimeSpan.FromMinutes(1);

    /// <summary>host:port of the broker, as Kafka's clients take it.</summary>
    public async Task<string> BootstrapServersAsync() => (await ContainerAsync()).GetBootstrapAddress().Replace("plaintext://", "", StringComparison.OrdinalIgnoreCase).TrimEnd('/');

    /// <summary>Kills the broker (SIGKILL) and starts it again, with its data and at its address.</summary>
    public async Task KillAndRestartAsync()
    {
        var container = await ContainerAsync();
        await DockerAsync("kill", container.Id);
        await DockerAsync("start", container.Id);
    }

    // A fixed port: a container that is started again would get another one, and the broker tells its address to clients.
    protected override KafkaContainer Build() => new KafkaBuilder("apache/kafka:4.2.1")
        .WithPortBinding(LocalPort.Find(Random.Shared), KafkaBuilder.KafkaPort)
        .WithEnvironment("KAFKA_BROKER_SESSION_TIMEOUT_MS", "2000")
        .WithEnvironment("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "500")
        .WithEnvironment("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "500")
        .Build();

    private static async Task DockerAsync(string command, string container)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", [command, container]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await docker.WaitForExitAsync().WaitAsync(RestartMost);
        if (docker.ExitCode != 0)
        {
            throw new InvalidOperationException($"docker {command} has left with {docker.ExitCode}");
        }
    }
}

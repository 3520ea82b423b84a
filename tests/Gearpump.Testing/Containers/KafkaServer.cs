using Testcontainers.Kafka;

namespace Gearpump.Testing.Containers;

/// <summary>A real Kafka broker, 4.2.1 in KRaft mode. Its tools are in /opt/kafka/bin, and reach it inside at localhost:9093.</summary>
public sealed class KafkaServer() : ContainerServer<KafkaContainer>("Kafka")
{
    /// <summary>host:port of the broker, as Kafka's clients take it.</summary>
    public async Task<string> BootstrapServersAsync() => (await ContainerAsync()).GetBootstrapAddress().Replace("plaintext://", "", StringComparison.OrdinalIgnoreCase).TrimEnd('/');

    protected override KafkaContainer Build() => new KafkaBuilder("apache/kafka:4.2.1").Build();
}

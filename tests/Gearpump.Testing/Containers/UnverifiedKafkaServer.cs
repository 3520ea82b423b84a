using Testcontainers.Kafka;

namespace Gearpump.Testing.Containers;

/// <summary>A real Kafka broker that takes records of no open transaction, as those before 3.6 do.</summary>
public sealed class UnverifiedKafkaServer() : ContainerServer<KafkaContainer>("Kafka without verification of transactions")
{
    /// <summary>host:port of the broker, as Kafka's clients take it.</summary>
    public async Task<string> BootstrapServersAsync() => (await ContainerAsync()).GetBootstrapAddress().Replace("plaintext://", "", StringComparison.OrdinalIgnoreCase).TrimEnd('/');

    protected override KafkaContainer Build() => new KafkaBuilder("apache/kafka:4.2.1")
        .WithEnvironment("KAFKA_TRANSACTION_PARTITION_VERIFICATION_ENABLE", "false")
        .Build();
}

using Gearpump.Testing.Containers;
using Gearpump.Testing.Kafka;

namespace Gearpump.Connectors.Tests.Kafka;

/// <summary>A real broker keeps what the simulator's fake is held to.</summary>
public sealed class KafkaBrokerTests(KafkaServer server) : KafkaTransactionConformance
{
    protected override async Task<ITransactionBroker> ConnectAsync() => await WireBroker.ConnectAsync(await server.BootstrapServersAsync());

    protected override async Task<string> NewTopicAsync() => (await TestTopic.NewAsync(server, partitions: 2)).Name;
}

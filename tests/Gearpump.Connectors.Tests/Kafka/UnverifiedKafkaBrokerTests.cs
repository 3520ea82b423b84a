using Gearpump.Testing.Containers;
using Gearpump.Testing.Kafka;
using Xunit;

namespace Gearpump.Connectors.Tests.Kafka;

/// <summary>What older brokers do, on a real one that is set to do so.</summary>
public sealed class UnverifiedKafkaBrokerTests(UnverifiedKafkaServer server) : UnverifiedTransactionConformance, IClassFixture<UnverifiedKafkaServer>
{
    protected override async Task<ITransactionBroker> ConnectAsync() => await WireBroker.ConnectAsync(await server.BootstrapServersAsync());

    protected override async Task<string> NewTopicAsync()
    {
        var topic = new TestTopic(await server.BootstrapServersAsync(), $"topic-{Guid.NewGuid():n}");
        await topic.CreateAsync(partitions: 2);
        return topic.Name;
    }
}

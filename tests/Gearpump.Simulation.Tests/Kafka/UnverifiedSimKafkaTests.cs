using Gearpump.Testing.Kafka;

namespace Gearpump.Simulation.Tests.Kafka;

/// <summary>The simulator's Kafka as an older one.</summary>
public sealed class UnverifiedSimKafkaTests : UnverifiedTransactionConformance
{
    private readonly FakeBroker _broker = new(verifies: false);

    protected override Task<ITransactionBroker> ConnectAsync() => Task.FromResult<ITransactionBroker>(_broker);

    protected override Task<string> NewTopicAsync() => Task.FromResult(_broker.NewTopic());
}

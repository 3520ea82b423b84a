using Gearpump.Testing.Kafka;

namespace Gearpump.Simulation.Tests.Kafka;

/// <summary>The simulator's Kafka keeps what a real broker does, as far as the suite asks.</summary>
public sealed class SimKafkaTests : KafkaTransactionConformance
{
    private readonly FakeBroker _broker = new();

    protected override Task<ITransactionBroker> ConnectAsync() => Task.FromResult<ITransactionBroker>(_broker);

    protected override Task<string> NewTopicAsync() => Task.FromResult(_broker.NewTopic());
}

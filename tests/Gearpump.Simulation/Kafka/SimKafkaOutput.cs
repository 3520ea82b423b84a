using Gearpump.Kafka;
using Gearpump.Kafka.Write;
using Gearpump.Outputs;

namespace Gearpump.Simulation.Kafka;

/// <summary>A topic as an output: the encoder is production's, and so is the session, which <see cref="KafkaOutside"/> opens.</summary>
internal sealed class SimKafkaOutput(SimWorld world, SimKafkaProfile profile, string topic) : IOutput
{
    private readonly KafkaTopic _topic = new(topic, 1, profile.Partitions, 3);
    private readonly KafkaOutputOptions _options = new() { Publishers = profile.Publishers };

    public string System => SimKafkaCluster.System;

    public int Publishers => profile.Publishers;

    public long PublicationBytesMax => profile.TransactionBytesMax;

    public ISegmentEncoder CreateEncoder() => new KafkaSegmentEncoder(_topic, _options, new SimTime(() => world.NowMs));

    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) =>
        throw new NotSupportedException("a session belongs to a process, which opens it");

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) =>
        throw new NotSupportedException("at-least-once outputs go to the plain target");
}

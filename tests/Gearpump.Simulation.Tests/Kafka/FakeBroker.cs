using System.Text;
using Gearpump.Simulation.Kafka.Broker;
using Gearpump.Testing.Kafka;

namespace Gearpump.Simulation.Tests.Kafka;

/// <summary>The fake as the suite asks it. A request takes a millisecond of its time.</summary>
internal sealed class FakeBroker : ITransactionBroker
{
    private readonly SimKafka _kafka;
    private long _nowMs;
    private int _topics;

    public FakeBroker(bool verifies = true) => _kafka = new SimKafka(new SimKafkaOptions { Verifies = verifies }, () => _nowMs);

    public string NewTopic()
    {
        var topic = $"topic-{_topics++}";
        _kafka.CreateTopic(topic, 2);
        return topic;
    }

    public Task<(short Error, BrokerProducer Producer)> InitProducerIdAsync(string id, TimeSpan timeout) => Ask(() =>
    {
        var answer = _kafka.InitProducerId(id, (long)timeout.TotalMilliseconds);
        return ((short)answer.Error, new BrokerProducer(answer.Producer.Id, answer.Producer.Epoch));
    });

    public Task<short> AddPartitionAsync(string id, BrokerProducer producer, string topic, int partition) =>
        Ask(() => (short)_kafka.AddPartitions(id, Own(producer), [(topic, partition)]));

    public Task<(short Error, long Offset)> ProduceAsync(string id, BrokerProducer producer, int sequence, string topic, int partition, params string[] values) => Ask(() =>
    {
        var answer = _kafka.Produce(id, Own(producer), sequence, (topic, partition), [.. values.Select(value => ((ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(id), (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value)))]);
        return ((short)answer.Error, answer.BaseOffset);
    });

    public Task<short> EndTransactionAsync(string id, BrokerProducer producer, bool commit) => Ask(() => (short)_kafka.EndTransaction(id, Own(producer), commit));

    public Task<(short End, short Add)> EndAndAddAsync(string id, BrokerProducer producer, string topic, int partition) => Ask(() =>
        ((short)_kafka.EndTransaction(id, Own(producer), commit: true), (short)_kafka.AddPartitions(id, Own(producer), [(topic, partition)])));

    public Task<long> EndAsync(string topic, int partition, bool committed) => Ask(() => _kafka.EndOf((topic, partition), committed));

    public Task<FetchedRecords> FetchAsync(string topic, int partition, long offset, bool committed) => Ask(() =>
    {
        var answer = _kafka.Fetch((topic, partition), offset, committed);
        return new FetchedRecords([.. answer.Records.Select(static record => (record.Offset, Encoding.UTF8.GetString(record.Value.Span)))], answer.NextOffset);
    });

    public Task PassAsync(TimeSpan time) => Ask(() => _nowMs += (long)time.TotalMilliseconds);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static KafkaProducer Own(BrokerProducer producer) => new(producer.Id, producer.Epoch);

    private Task<T> Ask<T>(Func<T> ask)
    {
        _nowMs++;
        return Task.FromResult(ask());
    }
}

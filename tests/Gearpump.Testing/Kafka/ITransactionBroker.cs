namespace Gearpump.Testing.Kafka;

/// <summary>
/// A broker, real or a fake, at the level of the protocol's requests: each call is one request, sent once. What Kafka's clients do
/// by themselves (waiting, repeating) is left to the caller.
/// </summary>
public interface ITransactionBroker : IAsyncDisposable
{
    Task<(short Error, BrokerProducer Producer)> InitProducerIdAsync(string id, TimeSpan timeout);

    Task<short> AddPartitionAsync(string id, BrokerProducer producer, string topic, int partition);

    /// <summary>One batch of a transaction.</summary>
    Task<(short Error, long Offset)> ProduceAsync(string id, BrokerProducer producer, int sequence, string topic, int partition, params string[] values);

    Task<short> EndTransactionAsync(string id, BrokerProducer producer, bool commit);

    /// <summary>EndTxn, and AddPartitionsToTxn close behind it, before the end can be completed.</summary>
    Task<(short End, short Add)> EndAndAddAsync(string id, BrokerProducer producer, string topic, int partition);

    /// <summary>The end of a partition; for readers of committed records, the last stable offset.</summary>
    Task<long> EndAsync(string topic, int partition, bool committed);

    Task<FetchedRecords> FetchAsync(string topic, int partition, long offset, bool committed);

    /// <summary>Lets time pass.</summary>
    Task PassAsync(TimeSpan time);
}

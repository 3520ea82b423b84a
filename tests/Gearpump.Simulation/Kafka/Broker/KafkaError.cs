namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>Kafka's own error codes, those that the model answers.</summary>
internal enum KafkaError : short
{
    None = 0,
    OffsetOutOfRange = 1,
    UnknownTopicOrPartition = 3,
    NotEnoughReplicas = 19,
    OutOfOrderSequenceNumber = 45,
    InvalidProducerEpoch = 47,
    InvalidTxnState = 48,
    InvalidProducerIdMapping = 49,
    ConcurrentTransactions = 51,
    ProducerFenced = 90,
}

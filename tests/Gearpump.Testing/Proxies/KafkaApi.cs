namespace Gearpump.Testing.Proxies;

/// <summary>Requests of Kafka's protocol, by number. Only those that tests speak of.</summary>
public enum KafkaApi : short
{
    Produce = 0,
    Fetch = 1,
    Metadata = 3,
    FindCoordinator = 10,
    InitProducerId = 22,
    AddPartitionsToTxn = 24,
    EndTxn = 26,
    DescribeCluster = 60,
    DescribeTopicPartitions = 75,
}

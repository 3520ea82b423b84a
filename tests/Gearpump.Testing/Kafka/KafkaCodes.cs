namespace Gearpump.Testing.Kafka;

/// <summary>Kafka's error codes that the suite names.</summary>
public static class KafkaCodes
{
    public const short None = 0;

    /// <summary>A broker has just become the coordinator of an id.</summary>
    public const short CoordinatorLoading = 14;

    /// <summary>To a batch of a transaction: its coordinator still completes the one before. Nothing was written, come again.</summary>
    public const short NotEnoughReplicas = 19;

    public const short OutOfOrderSequence = 45;
    public const short InvalidProducerEpoch = 47;
    public const short InvalidTxnState = 48;
    public const short InvalidProducerIdMapping = 49;
    public const short ConcurrentTransactions = 51;
    public const short ProducerFenced = 90;
}

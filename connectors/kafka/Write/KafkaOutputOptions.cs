namespace Gearpump.Kafka;

/// <summary>How a topic is written.</summary>
public sealed record KafkaOutputOptions
{
    /// <summary>How many publishers write to the cluster side by side; partition p is publisher p modulo this number's. Fixed for an instance of the job. Default 1.</summary>
    public int Publishers { get; init; } = 1;

    /// <summary>The largest record, bytes; larger ones go to the dead letters. Not above the topic's max.message.bytes. Default 1000000.</summary>
    public int RecordBytesMax { get; init; } = 1_000_000;

    /// <summary>How long a transaction may last; a quarter of it bounds what is put into one. Not above the brokers' transaction.max.timeout.ms. Default 60 s.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most bytes of segments in one transaction, but one segment at least. Default 64 MiB.</summary>
    public long TransactionBytesMax { get; init; } = 64L * 1024 * 1024;
}

using Confluent.Kafka.Admin;

namespace Gearpump.Kafka;

/// <summary>A topic; one that was deleted and made again has another id.</summary>
internal sealed record KafkaTopic(string Name, UInt128 Id, int Partitions, int Replication)
{
    /// <summary>What the user may do with it; null: brokers do not tell.</summary>
    public IReadOnlyCollection<AclOperation>? Allowed { get; init; }

    /// <summary>max.message.bytes; null: not known, for settings may be read only with a right of their own.</summary>
    public int? BatchBytesMax { get; init; }

    /// <summary>Keeps the newest record of each key, and so takes none without a key.</summary>
    public bool IsCompacted { get; init; }

    /// <summary>cleanup.policy; null: not known.</summary>
    public string? CleanupPolicy { get; init; }

    /// <summary>min.insync.replicas; null: not known.</summary>
    public string? MinInSyncReplicas { get; init; }

    /// <summary>How far a record's time may lie ahead of the broker's clock; null: any time is taken, or it is not known.</summary>
    public TimeSpan? AheadMost { get; init; }
}

namespace Gearpump.Kafka;

/// <summary>How a topic is read.</summary>
public sealed record KafkaSourceOptions
{
    /// <summary>Where a new instance of the job begins: at a past time; null: at the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>A new instance begins with what is written from its start on. Resolved to offsets before the first record is read.</summary>
    public bool FromEnd { get; init; }

    /// <summary>Read to the offsets that are the end when the instance begins, and end there.</summary>
    public bool UntilEnd { get; init; }
}

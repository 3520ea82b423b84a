namespace Gearpump.Simulation.Kafka;

/// <summary>A mistake that a publisher to Kafka could make, planted to see that the oracles notice it.</summary>
public enum SimKafkaPlant
{
    None,

    /// <summary>The marker is written behind the transaction, not within it.</summary>
    MarkerOutside,

    /// <summary>The marker is read, and the producer is initialised only when it begins to write.</summary>
    MarkerBeforeInit,

    /// <summary>A producer is kept for the next transaction, under the same epoch.</summary>
    ProducerKept,

    /// <summary>The marker is read up to the last stable offset, as if that were the end.</summary>
    MarkerToStableEnd,

    /// <summary>What was not committed is aborted under the same epoch, while some of it may still be on its way. Wrong on brokers before 3.6.</summary>
    AbortSameEpoch,
}

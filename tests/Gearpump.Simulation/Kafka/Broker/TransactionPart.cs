namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What of a transaction lies in one partition.</summary>
internal sealed class TransactionPart(long firstOffset, long producerId, OngoingTransaction? transaction)
{
    public long ProducerId => producerId;

    public long FirstOffset => firstOffset;

    /// <summary>As its control record says; null: there is none yet, and it is open.</summary>
    public bool? Committed { get; set; }

    /// <summary>As the coordinator has decided, which readers may learn later.</summary>
    public bool Decided => Committed ?? transaction?.Decision ?? false;
}

namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What the transaction coordinator keeps of one id.</summary>
internal sealed class TransactionalId(long producerId)
{
    public long ProducerId => producerId;

    public short Epoch { get; set; }

    public TransactionState State { get; set; }

    public long TimeoutMs { get; set; }

    public long CompleteAtMs { get; set; }

    public OngoingTransaction? Transaction { get; set; }

    public bool IsCompleting => State is TransactionState.PrepareCommit or TransactionState.PrepareAbort;
}

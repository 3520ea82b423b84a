namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>The states of a transactional id, as Kafka's coordinator has them.</summary>
internal enum TransactionState
{
    Empty,
    Ongoing,

    /// <summary>Decided, and the control records are being written.</summary>
    PrepareCommit,
    PrepareAbort,
    CompleteCommit,
    CompleteAbort,
}

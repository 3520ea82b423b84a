namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>A record in a partition.</summary>
/// <param name="Part">The part of its transaction that lies in the partition; null: it was written without one.</param>
/// <param name="IsControl">It ends a transaction; readers never see it, and it takes an offset all the same.</param>
internal sealed record StoredRecord(long Offset, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value, TransactionPart? Part, bool IsControl);

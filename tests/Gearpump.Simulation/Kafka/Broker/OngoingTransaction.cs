namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>A transaction as its coordinator knows it.</summary>
internal sealed class OngoingTransaction(long startedMs)
{
    public long StartedMs => startedMs;

    public SortedSet<(string Topic, int Partition)> Partitions { get; } = [];

    /// <summary>Committed, or aborted; null: nobody has said so.</summary>
    public bool? Decision { get; set; }
}

namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>What a partition knows of a producer: whom it fences, and which batches it has seen.</summary>
internal sealed class ProducerEntry
{
    private const int BatchesKept = 5;
    private readonly Queue<(int First, int Last, long Offset)> _batches = [];

    public short Epoch { get; private set; } = -1;

    public int LastSequence { get; private set; } = -1;

    /// <summary>The open part of its transaction.</summary>
    public TransactionPart? Open { get; set; }

    /// <summary>A batch that came before, of this epoch: it is answered as it was then, and not stored again.</summary>
    public long? OffsetOf(short epoch, int first, int last)
    {
        foreach (var batch in _batches)
        {
            if (epoch == Epoch && batch.First == first && batch.Last == last)
            {
                return batch.Offset;
            }
        }

        return null;
    }

    public void Begin(short epoch)
    {
        if (epoch != Epoch)
        {
            (Epoch, LastSequence) = (epoch, -1);
            _batches.Clear();
        }
    }

    public void Add(int first, int last, long offset)
    {
        LastSequence = last;
        _batches.Enqueue((first, last, offset));
        if (_batches.Count > BatchesKept)
        {
            _batches.Dequeue();
        }
    }
}

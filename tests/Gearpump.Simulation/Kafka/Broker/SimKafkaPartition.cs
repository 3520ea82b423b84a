namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>One partition: its log, and what its leader knows of producers.</summary>
internal sealed class SimKafkaPartition(Action<StoredRecord>? visible)
{
    private readonly List<StoredRecord> _records = [];
    private readonly List<TransactionPart> _open = [];
    private readonly Dictionary<long, ProducerEntry> _producers = [];
    private int _told;

    public IReadOnlyList<StoredRecord> Records => _records;

    public long End => _records.Count;

    /// <summary>Readers of committed records come as far as the first open transaction.</summary>
    public long LastStable => _open.Count == 0 ? End : _open[0].FirstOffset;

    /// <summary>A part of the producer's transaction is open here.</summary>
    public bool HasOpen(long producer) => _producers.GetValueOrDefault(producer)?.Open is not null;

    public void Append(IEnumerable<(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)> records)
    {
        foreach (var (key, value) in records)
        {
            _records.Add(new StoredRecord(End, key, value, null, IsControl: false));
        }

        Tell();
    }

    public ProduceAnswer Append(KafkaProducer producer, int sequence, OngoingTransaction? transaction, IReadOnlyList<(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)> records)
    {
        var entry = Entry(producer.Id);
        if (producer.Epoch < entry.Epoch)
        {
            return new ProduceAnswer(KafkaError.InvalidProducerEpoch, -1);
        }

        var last = sequence + records.Count - 1;
        if (entry.OffsetOf(producer.Epoch, sequence, last) is { } before)
        {
            return new ProduceAnswer(KafkaError.None, before);
        }

        // A producer of whom nothing is known may begin anywhere; a new epoch begins at 0.
        var expected = producer.Epoch == entry.Epoch ? entry.LastSequence + 1 : 0;
        if (sequence != expected && entry.Epoch >= 0)
        {
            return new ProduceAnswer(KafkaError.OutOfOrderSequenceNumber, -1);
        }

        entry.Begin(producer.Epoch);
        var offset = End;
        entry.Add(sequence, last, offset);
        if (entry.Open is null)
        {
            entry.Open = new TransactionPart(offset, producer.Id, transaction);
            _open.Add(entry.Open);
        }

        foreach (var (key, value) in records)
        {
            _records.Add(new StoredRecord(End, key, value, entry.Open, IsControl: false));
        }

        return new ProduceAnswer(KafkaError.None, offset);
    }

    /// <summary>Writes the control record that ends a producer's transaction here, and fences its older epochs.</summary>
    public void EndTransaction(KafkaProducer producer, bool committed)
    {
        var entry = Entry(producer.Id);
        entry.Begin(short.Max(producer.Epoch, entry.Epoch));
        _records.Add(new StoredRecord(End, null, default, null, IsControl: true));
        if (entry.Open is { } open)
        {
            open.Committed = committed;
            _open.Remove(open);
            entry.Open = null;
        }

        Tell();
    }

    /// <summary>Records from an offset on, as a reader of this isolation sees them.</summary>
    public FetchAnswer Fetch(long offset, bool committed, int most)
    {
        var end = committed ? LastStable : End;
        if (offset < 0 || offset > End)
        {
            return new FetchAnswer(KafkaError.OffsetOutOfRange, [], offset);
        }

        var found = new List<StoredRecord>();
        for (; offset < end && found.Count < most; offset++)
        {
            var record = _records[(int)offset];
            if (!record.IsControl && (!committed || record.Part is not { Committed: false }))
            {
                found.Add(record);
            }
        }

        return new FetchAnswer(KafkaError.None, found, offset);
    }

    private ProducerEntry Entry(long producer)
    {
        if (!_producers.TryGetValue(producer, out var entry))
        {
            _producers.Add(producer, entry = new ProducerEntry());
        }

        return entry;
    }

    private void Tell()
    {
        for (; _told < LastStable; _told++)
        {
            if (_records[_told] is { IsControl: false, Part: null or { Committed: true } } record)
            {
                visible?.Invoke(record);
            }
        }
    }
}

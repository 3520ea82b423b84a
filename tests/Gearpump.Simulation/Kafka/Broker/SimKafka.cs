namespace Gearpump.Simulation.Kafka.Broker;

/// <summary>
/// A Kafka cluster's transactions, at the level of the protocol's requests (InitProducerId 1, AddPartitionsToTxn 2, Produce 8,
/// EndTxn 2, ListOffsets 5, Fetch 4), without a network, threads or a clock of its own. The tests hold it to the same suite as a
/// real broker.
/// </summary>
internal sealed class SimKafka(SimKafkaOptions options, Func<long> nowMs, Action<string, int, StoredRecord>? visible = null)
{
    private readonly SortedDictionary<(string Topic, int Partition), SimKafkaPartition> _partitions = [];
    private readonly SortedDictionary<string, TransactionalId> _ids = new(StringComparer.Ordinal);
    private long _producers;

    public IReadOnlyDictionary<(string Topic, int Partition), SimKafkaPartition> Partitions => _partitions;

    /// <summary>Transactions that were given up because nobody had ended them in time.</summary>
    public long TimedOut { get; private set; }

    /// <summary>Open transactions that a new producer of their id has aborted.</summary>
    public long AbortedByInit { get; private set; }

    /// <summary>The transactional id that a producer id belongs to.</summary>
    public string TransactionalIdOf(long producerId) => _ids.First(pair => pair.Value.ProducerId == producerId).Key;

    public void CreateTopic(string topic, int partitions)
    {
        for (var i = 0; i < partitions; i++)
        {
            var number = i;
            _partitions.Add((topic, i), new SimKafkaPartition(visible is null ? null : record => visible(topic, number, record)));
        }
    }

    /// <summary>What is due happens: control records are written, transactions time out. Every request does it first.</summary>
    public void Advance()
    {
        foreach (var id in _ids.Values)
        {
            if (id.State == TransactionState.Ongoing && nowMs() - id.Transaction!.StartedMs >= id.TimeoutMs)
            {
                TimedOut++;
                Fence(id);
            }

            if (id.IsCompleting && nowMs() >= id.CompleteAtMs)
            {
                Complete(id);
            }
        }
    }

    public InitAnswer InitProducerId(string transactionalId, long timeoutMs)
    {
        Advance();
        if (!_ids.TryGetValue(transactionalId, out var id))
        {
            id = new TransactionalId(++_producers) { TimeoutMs = timeoutMs };
            _ids.Add(transactionalId, id);
            return new InitAnswer(KafkaError.None, new KafkaProducer(id.ProducerId, id.Epoch));
        }

        if (id.State == TransactionState.Ongoing)
        {
            AbortedByInit++;
            Fence(id);
        }

        if (id.IsCompleting)
        {
            return new InitAnswer(KafkaError.ConcurrentTransactions, default);
        }

        id.Epoch++;
        (id.State, id.TimeoutMs, id.Transaction) = (TransactionState.Empty, timeoutMs, null);
        return new InitAnswer(KafkaError.None, new KafkaProducer(id.ProducerId, id.Epoch));
    }

    public KafkaError AddPartitions(string transactionalId, KafkaProducer producer, IReadOnlyCollection<(string Topic, int Partition)> partitions)
    {
        Advance();
        if (Find(transactionalId, producer, out var id) is var error and not KafkaError.None)
        {
            return error;
        }

        if (id.IsCompleting)
        {
            return KafkaError.ConcurrentTransactions;
        }

        if (partitions.Any(place => !_partitions.ContainsKey(place)))
        {
            return KafkaError.UnknownTopicOrPartition;
        }

        if (id.State != TransactionState.Ongoing)
        {
            (id.State, id.Transaction) = (TransactionState.Ongoing, new OngoingTransaction(nowMs()));
        }

        id.Transaction!.Partitions.UnionWith(partitions);
        return KafkaError.None;
    }

    /// <summary>A batch of a transaction.</summary>
    public ProduceAnswer Produce(
        string transactionalId, KafkaProducer producer, int sequence, (string Topic, int Partition) place, IReadOnlyList<(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)> records)
    {
        Advance();
        if (!_partitions.TryGetValue(place, out var partition))
        {
            return new ProduceAnswer(KafkaError.UnknownTopicOrPartition, -1);
        }

        // A leader asks the coordinator once for each transaction and partition.
        var error = options.Verifies && !partition.HasOpen(producer.Id) ? Verify(transactionalId, producer, place) : KafkaError.None;
        if (error != KafkaError.None)
        {
            return new ProduceAnswer(error, -1);
        }

        var transaction = _ids.TryGetValue(transactionalId, out var id) && id.Epoch == producer.Epoch ? id.Transaction : null;
        return partition.Append(producer, sequence, transaction, records);
    }

    /// <summary>A batch without a transaction.</summary>
    public KafkaError Produce((string Topic, int Partition) place, IEnumerable<(ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)> records)
    {
        Advance();
        if (!_partitions.TryGetValue(place, out var partition))
        {
            return KafkaError.UnknownTopicOrPartition;
        }

        partition.Append(records);
        return KafkaError.None;
    }

    public KafkaError EndTransaction(string transactionalId, KafkaProducer producer, bool commit)
    {
        Advance();
        if (Find(transactionalId, producer, out var id) is var error and not KafkaError.None)
        {
            return error;
        }

        switch (id.State)
        {
            case TransactionState.Ongoing:
                Decide(id, commit);
                return KafkaError.None;
            case TransactionState.CompleteCommit when commit:
            case TransactionState.CompleteAbort when !commit:
                return KafkaError.None;
            case TransactionState.PrepareCommit when commit:
            case TransactionState.PrepareAbort when !commit:
                return KafkaError.ConcurrentTransactions;
            default:
                return KafkaError.InvalidTxnState;
        }
    }

    /// <summary>The end of a partition; for readers of committed records, the last stable offset.</summary>
    public long EndOf((string Topic, int Partition) place, bool committed)
    {
        Advance();
        return committed ? _partitions[place].LastStable : _partitions[place].End;
    }

    public FetchAnswer Fetch((string Topic, int Partition) place, long offset, bool committed, int most = int.MaxValue)
    {
        Advance();
        return _partitions[place].Fetch(offset, committed, most);
    }

    private KafkaError Find(string transactionalId, KafkaProducer producer, out TransactionalId id)
    {
        if (!_ids.TryGetValue(transactionalId, out id!) || id.ProducerId != producer.Id)
        {
            return KafkaError.InvalidProducerIdMapping;
        }

        return id.Epoch == producer.Epoch ? KafkaError.None : KafkaError.ProducerFenced;
    }

    private KafkaError Verify(string transactionalId, KafkaProducer producer, (string Topic, int Partition) place)
    {
        var error = Find(transactionalId, producer, out var id);
        return error switch
        {
            KafkaError.ProducerFenced => KafkaError.InvalidProducerEpoch,
            not KafkaError.None => error,
            _ when id.IsCompleting => KafkaError.NotEnoughReplicas,
            _ => id.State == TransactionState.Ongoing && id.Transaction!.Partitions.Contains(place) ? KafkaError.None : KafkaError.InvalidTxnState,
        };
    }

    // Aborts under the next epoch: what comes late of the open one is refused from here on.
    private void Fence(TransactionalId id)
    {
        id.Epoch++;
        Decide(id, commit: false);
    }

    private void Decide(TransactionalId id, bool commit)
    {
        id.Transaction!.Decision = commit;
        id.State = commit ? TransactionState.PrepareCommit : TransactionState.PrepareAbort;
        id.CompleteAtMs = nowMs() + options.CompletionMs();
    }

    private void Complete(TransactionalId id)
    {
        var commit = id.State == TransactionState.PrepareCommit;
        foreach (var place in id.Transaction!.Partitions)
        {
            _partitions[place].EndTransaction(new KafkaProducer(id.ProducerId, id.Epoch), commit);
        }

        (id.State, id.Transaction) = (commit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort, null);
    }
}

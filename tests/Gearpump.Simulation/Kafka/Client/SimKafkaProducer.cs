using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Broker;

namespace Gearpump.Simulation.Kafka.Client;

/// <summary>
/// A transactional producer with librdkafka's habits: a request without an answer is sent again by itself, under the same epoch and
/// with the same sequence, the end of a transaction too, until the call's time is over.
/// </summary>
internal sealed class SimKafkaProducer(SimWorld world, SimKafkaLink link, SimKafkaProfile profile, string id) : ITransactionalProducer
{
    private const long AbortMostMs = 5_000;
    private readonly SortedDictionary<(string Topic, int Partition), List<KafkaRecord>> _waiting = [];
    private readonly Dictionary<(string Topic, int Partition), int> _sequences = [];
    private readonly SortedSet<(string Topic, int Partition)> _added = [];
    private KafkaProducer _producer;

    private long CallMs => profile.TransactionTimeoutMs / 4;

    public async ValueTask InitAsync(CancellationToken cancellation)
    {
        _producer = (await CallAsync(
            "InitProducerId",
            broker => broker.InitProducerId(id, profile.TransactionTimeoutMs),
            static answer => answer.Error)).Producer;
        Note($"is {_producer}");
    }

    public void Begin() => Note("begins a transaction");

    public ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation)
    {
        foreach (var record in records)
        {
            var place = (record.Topic, record.Partition);
            if (!_waiting.TryGetValue(place, out var waiting))
            {
                _waiting.Add(place, waiting = []);
            }

            waiting.Add(record);
        }

        // A batch is sent when it has waited for a while, whatever comes behind it.
        return link.Draw(0, 1) == 0 ? SendAsync() : ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => SendAsync();

    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        await EndAsync(commit: true, CallMs);
        _added.Clear();
    }

    /// <summary>The client can do it; production's code does not.</summary>
    public async ValueTask AbortAsync()
    {
        // What waits is dropped; what is on its way may still come.
        _waiting.Clear();
        if (_added.Count == 0)
        {
            return;
        }

        try
        {
            await EndAsync(commit: false, AbortMostMs);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            Note($"cannot abort: {e.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask SendAsync()
    {
        if (_waiting.Keys.Where(place => !_added.Contains(place)).ToArray() is { Length: > 0 } unknown)
        {
            // It may be applied, whatever is answered.
            _added.UnionWith(unknown);
            await CallAsync("AddPartitionsToTxn", broker => broker.AddPartitions(id, _producer, unknown), static error => error);
        }

        while (_waiting.Count > 0)
        {
            var (place, records) = _waiting.First();
            var batch = records.Take((int)link.Draw(1, records.Count)).Select(static record => (record.Key, record.Value)).ToArray();
            var sequence = _sequences.GetValueOrDefault(place);
            await CallAsync("Produce", broker => Produce(broker, sequence, place, batch), static answer => answer.Error);
            _sequences[place] = sequence + batch.Length;
            records.RemoveRange(0, batch.Length);
            if (records.Count == 0)
            {
                _waiting.Remove(place);
            }
        }
    }

    private ProduceAnswer Produce(SimKafka broker, int sequence, (string Topic, int Partition) place, (ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value)[] batch)
    {
        if (link.Refuses(profile.RefusePerMille))
        {
            world.Stats.KafkaRefused++;
            return new ProduceAnswer(link.Draw(0, 3) == 0 ? KafkaError.UnknownTopicOrPartition : KafkaError.NotEnoughReplicas, -1);
        }

        return broker.Produce(id, _producer, sequence, place, batch);
    }

    private async ValueTask EndAsync(bool commit, long mostMs) => await CallAsync(
        commit ? "EndTxn, commit" : "EndTxn, abort",
        broker => broker.EndTransaction(id, _producer, commit),
        static error => error,
        mostMs,
        profile.LateEndPerMille);

    // Until it is answered and the answer is not "not now".
    private async ValueTask<T> CallAsync<T>(string what, Func<SimKafka, T> apply, Func<T, KafkaError> errorOf, long? mostMs = null, int latePerMille = 0)
    {
        var (began, most) = (link.NowMs, mostMs ?? CallMs);
        while (true)
        {
            var (answered, answer) = await link.SendAsync(what, apply, most - (link.NowMs - began), latePerMille);
            var error = answered ? errorOf(answer!) : KafkaError.None;
            if (answered && error == KafkaError.None)
            {
                return answer!;
            }

            Note($"{what}: {(answered ? error : "no answer")}");
            world.Stats.KafkaNotNow += error == KafkaError.ConcurrentTransactions ? 1 : 0;
            world.Stats.KafkaFenced += error is KafkaError.ProducerFenced or KafkaError.InvalidProducerEpoch ? 1 : 0;
            if (answered && error is not (KafkaError.ConcurrentTransactions or KafkaError.NotEnoughReplicas))
            {
                throw new IOException($"transactional id '{id}', {what}: {error}");
            }

            if (link.NowMs - began >= most)
            {
                throw new TimeoutException($"transactional id '{id}', {what}: not within {most} ms");
            }

            await link.PauseAsync(5, 100);
        }
    }

    private void Note(string text)
    {
        if (world.Trace.Recording)
        {
            world.Note(null, $"{id} {_producer.Epoch}: {text}");
        }
    }
}

using Xunit;

namespace Gearpump.Testing.Kafka;

/// <summary>
/// What publishing exactly once rests on, and what it has to beware of: true of a real broker, and so of every fake. Requests are
/// in the versions that brokers 2.8 to 4.2 know, in which a transaction's end does not change the producer's epoch.
/// </summary>
public abstract class KafkaTransactionConformance : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private readonly string _id = $"job/{Guid.NewGuid():n}/0";
    private ITransactionBroker _broker = null!;
    private string _topic = null!;

    protected abstract Task<ITransactionBroker> ConnectAsync();

    /// <summary>A new topic with two partitions.</summary>
    protected abstract Task<string> NewTopicAsync();

    public async ValueTask InitializeAsync()
    {
        _broker = await ConnectAsync();
        _topic = await NewTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Init_Again_SameProducerWithAHigherEpoch()
    {
        var first = await InitAsync(_id);
        var second = await InitAsync(_id);
        Assert.Equal(first.Id, second.Id);
        Assert.True(second.Epoch > first.Epoch, $"{first} then {second}");
    }

    [Fact]
    public async Task Commit_LastRecordIs2_EndIs4()
    {
        await PublishAsync(await InitAsync(_id), "a", "b", "c");
        await UntilStableAsync(4);
        Assert.Equal(4, await _broker.EndAsync(_topic, 0, committed: false));
        var read = await _broker.FetchAsync(_topic, 0, 0, committed: true);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], read.Records);
        Assert.Equal(4, read.NextOffset);
    }

    [Fact]
    public async Task Fetch_OpenTransaction_IsSeenByReadersOfUncommittedOnly()
    {
        await OpenAsync(await InitAsync(_id), "a");
        Assert.Equal((0, 1), await EndsAsync());
        Assert.Empty((await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
        Assert.Equal([(0, "a")], (await _broker.FetchAsync(_topic, 0, 0, committed: false)).Records);
    }

    // Who takes the last stable offset for the end does not see what was committed behind somebody else's open transaction.
    [Fact]
    public async Task Fetch_CommittedBehindAnOpenTransaction_IsHiddenUntilThatOneEnds()
    {
        var other = await InitAsync(_id + "-other");
        await OpenAsync(other, 0, _id + "-other", "other");
        await PublishAsync(await InitAsync(_id), "marker");
        await UntilAsync(async () => await _broker.EndAsync(_topic, 0, committed: false) == 3);
        Assert.Equal((0, 3), await EndsAsync());
        var hidden = await _broker.FetchAsync(_topic, 0, 0, committed: true);
        Assert.Empty(hidden.Records);
        Assert.Equal(0, hidden.NextOffset);

        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id + "-other", other, commit: true));
        await UntilStableAsync(4);
        Assert.Equal([(0, "other"), (1, "marker")], (await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task Abort_RecordsAreNotSeenAndTheirOffsetsStay()
    {
        var producer = await InitAsync(_id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: false));
        await UntilStableAsync(3);
        await PublishAsync(await InitAsync(_id), "c");
        await UntilStableAsync(5);
        Assert.Equal([(3, "c")], (await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
        Assert.Equal([(0, "a"), (1, "b"), (3, "c")], (await _broker.FetchAsync(_topic, 0, 0, committed: false)).Records);
    }

    [Fact]
    public async Task Init_TransactionIsOpen_AbortsItAnswersNotNowAndFences()
    {
        var older = await InitAsync(_id);
        await OpenAsync(older, "old");
        Assert.Equal(KafkaCodes.ConcurrentTransactions, (await _broker.InitProducerIdAsync(_id, Long)).Error);
        var newer = await InitAsync(_id);
        Assert.Equal((2, 2), await EndsAsync());
        Assert.Equal(KafkaCodes.InvalidProducerEpoch, (await _broker.ProduceAsync(_id, older, 1, _topic, 0, "late")).Error);
        Assert.Equal(KafkaCodes.ProducerFenced, await _broker.AddPartitionAsync(_id, older, _topic, 0));
        await PublishAsync(newer, "new");
        await UntilStableAsync(4);
        Assert.Equal([(2, "new")], (await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task End_OfAnOlderEpoch_IsRefusedAndTheTransactionStaysOpen()
    {
        var older = await InitAsync(_id);
        await PublishAsync(older, "first");
        var newer = await InitAsync(_id);
        await OpenAsync(newer, "second");
        Assert.Equal(KafkaCodes.ProducerFenced, await _broker.EndTransactionAsync(_id, older, commit: true));
        Assert.Equal((2, 3), await EndsAsync());
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, newer, commit: true));
        await UntilStableAsync(4);
    }

    // The reason for a new producer for each transaction.
    [Fact]
    public async Task End_RepeatedUnderTheSameEpoch_CommitsTheNextTransactionHalfWay()
    {
        var producer = await InitAsync(_id);
        await PublishAsync(producer, "first");
        await UntilStableAsync(2);
        await OpenAsync(producer, 1, _id, "second, its first half");

        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: true));
        await UntilStableAsync(4);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await _broker.ProduceAsync(_id, producer, 2, _topic, 0, "second, its other half")).Error);
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: true));
        Assert.Equal([(0, "first"), (2, "second, its first half")], (await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task End_TheOtherWayAfterwards_IsRefused()
    {
        var producer = await InitAsync(_id);
        Assert.Equal(KafkaCodes.InvalidTxnState, await _broker.EndTransactionAsync(_id, producer, commit: true));
        await PublishAsync(producer, "a");
        await UntilStableAsync(2);
        Assert.Equal(KafkaCodes.InvalidTxnState, await _broker.EndTransactionAsync(_id, producer, commit: false));
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: true));
    }

    [Fact]
    public async Task AddPartition_WhileTheEndIsBeingCompleted_IsAnsweredNotNow()
    {
        var producer = await InitAsync(_id);
        var sequence = 0;
        var notNow = 0;
        for (var round = 0; round < 50 && notNow == 0; round++)
        {
            await OpenAsync(producer, sequence++, _id, "x");
            var (end, add) = await _broker.EndAndAddAsync(_id, producer, _topic, 0);
            Assert.Equal(KafkaCodes.None, end);
            notNow += add == KafkaCodes.ConcurrentTransactions ? 1 : 0;
            Assert.True(add is KafkaCodes.None or KafkaCodes.ConcurrentTransactions, $"{add}");
        }

        Assert.True(notNow > 0, "never answered 51");
        await UntilAsync(async () => await _broker.AddPartitionAsync(_id, producer, _topic, 0) == KafkaCodes.None);
    }

    [Fact]
    public async Task Produce_NewEpochNotFrom0_IsRefused()
    {
        await PublishAsync(await InitAsync(_id), "a");
        await UntilStableAsync(2);
        var producer = await InitAsync(_id);
        await AddAsync(_id, producer);
        Assert.Equal(KafkaCodes.OutOfOrderSequence, (await _broker.ProduceAsync(_id, producer, 1, _topic, 0, "b")).Error);
        Assert.Equal((KafkaCodes.None, 2), await _broker.ProduceAsync(_id, producer, 0, _topic, 0, "b"));
    }

    [Fact]
    public async Task Produce_AGapInTheSequence_IsRefused()
    {
        var producer = await InitAsync(_id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal(KafkaCodes.OutOfOrderSequence, (await _broker.ProduceAsync(_id, producer, 3, _topic, 0, "d")).Error);
        Assert.Equal((KafkaCodes.None, 2), await _broker.ProduceAsync(_id, producer, 2, _topic, 0, "c"));
    }

    [Fact]
    public async Task Produce_Repeated_IsAnsweredAsTheFirstTimeAndStoredOnce()
    {
        var producer = await InitAsync(_id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal((KafkaCodes.None, 0), await _broker.ProduceAsync(_id, producer, 0, _topic, 0, "a", "b"));
        Assert.Equal((0, 2), await EndsAsync());
    }

    [Fact]
    public async Task Produce_PartitionNotAdded_IsRefused()
    {
        var producer = await InitAsync(_id);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await _broker.ProduceAsync(_id, producer, 0, _topic, 0, "a")).Error);
        await AddAsync(_id, producer);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await _broker.ProduceAsync(_id, producer, 0, _topic, 1, "a")).Error);
        Assert.Equal((0, 0), await EndsAsync());
    }

    // What a client gives up on and aborts may still come.
    [Fact]
    public async Task Produce_BehindTheAbort_IsRefused()
    {
        var producer = await InitAsync(_id);
        await OpenAsync(producer, "a");
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: false));
        await UntilStableAsync(2);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await _broker.ProduceAsync(_id, producer, 1, _topic, 0, "late")).Error);
        Assert.Equal((2, 2), await EndsAsync());
    }

    [Fact]
    public async Task AddPartition_OfAnotherProducerId_IsRefused()
    {
        var producer = await InitAsync(_id);
        Assert.Equal(KafkaCodes.InvalidProducerIdMapping, await _broker.AddPartitionAsync(_id, producer with { Id = producer.Id + 100_000 }, _topic, 0));
        Assert.Equal(KafkaCodes.InvalidProducerIdMapping, await _broker.EndTransactionAsync(_id + "-unknown", producer, commit: true));
    }

    [Fact]
    public async Task AddPartition_NothingProducedThere_GetsAControlRecordAllTheSame()
    {
        var producer = await InitAsync(_id);
        await AddAsync(_id, producer);
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: true));
        await UntilStableAsync(1);
        Assert.Empty((await _broker.FetchAsync(_topic, 0, 0, committed: false)).Records);
    }

    [Fact]
    public async Task TimeOut_NobodyEndsTheTransaction_ItIsAbortedAndItsProducerFenced()
    {
        var producer = await InitAsync(_id, TimeSpan.FromSeconds(1));
        await OpenAsync(producer, "a");
        await UntilStableAsync(2);
        Assert.Empty((await _broker.FetchAsync(_topic, 0, 0, committed: true)).Records);
        Assert.Equal(KafkaCodes.ProducerFenced, await _broker.EndTransactionAsync(_id, producer, commit: true));
        Assert.Equal(KafkaCodes.InvalidProducerEpoch, (await _broker.ProduceAsync(_id, producer, 1, _topic, 0, "b")).Error);
        await PublishAsync(await InitAsync(_id), "c");
        await UntilStableAsync(4);
    }

    private async Task<BrokerProducer> InitAsync(string id, TimeSpan? timeout = null)
    {
        (short Error, BrokerProducer Producer) answer = default;
        await UntilAsync(async () => (answer = await _broker.InitProducerIdAsync(id, timeout ?? Long)).Error is not (KafkaCodes.ConcurrentTransactions or KafkaCodes.CoordinatorLoading));
        Assert.Equal(KafkaCodes.None, answer.Error);
        return answer.Producer;
    }

    private async Task AddAsync(string id, BrokerProducer producer)
    {
        short error = -1;
        await UntilAsync(async () => (error = await _broker.AddPartitionAsync(id, producer, _topic, 0)) != KafkaCodes.ConcurrentTransactions);
        Assert.Equal(KafkaCodes.None, error);
    }

    private Task OpenAsync(BrokerProducer producer, params string[] values) => OpenAsync(producer, 0, _id, values);

    private async Task OpenAsync(BrokerProducer producer, int sequence, string id, params string[] values)
    {
        await AddAsync(id, producer);
        Assert.Equal(KafkaCodes.None, (await _broker.ProduceAsync(id, producer, sequence, _topic, 0, values)).Error);
    }

    private async Task PublishAsync(BrokerProducer producer, params string[] values)
    {
        await OpenAsync(producer, values);
        Assert.Equal(KafkaCodes.None, await _broker.EndTransactionAsync(_id, producer, commit: true));
    }

    private async Task<(long Stable, long End)> EndsAsync() =>
        (await _broker.EndAsync(_topic, 0, committed: true), await _broker.EndAsync(_topic, 0, committed: false));

    private Task UntilStableAsync(long offset) => UntilAsync(async () => await _broker.EndAsync(_topic, 0, committed: true) == offset);

    private async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var round = 0; !await done(); round++)
        {
            Assert.True(round < 6_000, "has not happened in 30 s");
            await _broker.PassAsync(Step);
        }
    }
}

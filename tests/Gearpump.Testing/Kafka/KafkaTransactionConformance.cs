using Xunit;

namespace Gearpump.Testing.Kafka;

/// <summary>
/// What publishing exactly once rests on, and what it has to beware of: true of a real broker, and so of every fake. Requests are
/// in the versions that brokers 2.8 to 4.2 know, in which a transaction's end does not change the producer's epoch.
/// </summary>
public abstract class KafkaTransactionConformance : BrokerConformance
{
    [Fact]
    public async Task Init_Again_SameProducerWithAHigherEpoch()
    {
        var first = await InitAsync(Id);
        var second = await InitAsync(Id);
        Assert.Equal(first.Id, second.Id);
        Assert.True(second.Epoch > first.Epoch, $"{first} then {second}");
    }

    [Fact]
    public async Task Commit_LastRecordIs2_EndIs4()
    {
        await PublishAsync(await InitAsync(Id), "a", "b", "c");
        await UntilStableAsync(4);
        Assert.Equal(4, await Broker.EndAsync(Topic, 0, committed: false));
        var read = await Broker.FetchAsync(Topic, 0, 0, committed: true);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], read.Records);
        Assert.Equal(4, read.NextOffset);
    }

    [Fact]
    public async Task Fetch_OpenTransaction_IsSeenByReadersOfUncommittedOnly()
    {
        await OpenAsync(await InitAsync(Id), "a");
        Assert.Equal((0, 1), await EndsAsync());
        Assert.Empty((await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
        Assert.Equal([(0, "a")], (await Broker.FetchAsync(Topic, 0, 0, committed: false)).Records);
    }

    // Who takes the last stable offset for the end does not see what was committed behind somebody else's open transaction.
    [Fact]
    public async Task Fetch_CommittedBehindAnOpenTransaction_IsHiddenUntilThatOneEnds()
    {
        var other = await InitAsync(Id + "-other");
        await OpenAsync(other, 0, Id + "-other", "other");
        await PublishAsync(await InitAsync(Id), "marker");
        await UntilAsync(async () => await Broker.EndAsync(Topic, 0, committed: false) == 3);
        Assert.Equal((0, 3), await EndsAsync());
        var hidden = await Broker.FetchAsync(Topic, 0, 0, committed: true);
        Assert.Empty(hidden.Records);
        Assert.Equal(0, hidden.NextOffset);

        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id + "-other", other, commit: true));
        await UntilStableAsync(4);
        Assert.Equal([(0, "other"), (1, "marker")], (await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task Abort_RecordsAreNotSeenAndTheirOffsetsStay()
    {
        var producer = await InitAsync(Id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: false));
        await UntilStableAsync(3);
        await PublishAsync(await InitAsync(Id), "c");
        await UntilStableAsync(5);
        Assert.Equal([(3, "c")], (await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
        Assert.Equal([(0, "a"), (1, "b"), (3, "c")], (await Broker.FetchAsync(Topic, 0, 0, committed: false)).Records);
    }

    [Fact]
    public async Task Init_TransactionIsOpen_AbortsItAnswersNotNowAndFences()
    {
        var older = await InitAsync(Id);
        await OpenAsync(older, "old");
        Assert.Equal(KafkaCodes.ConcurrentTransactions, (await Broker.InitProducerIdAsync(Id, Long)).Error);
        var newer = await InitAsync(Id);
        Assert.Equal((2, 2), await EndsAsync());
        Assert.Equal(KafkaCodes.InvalidProducerEpoch, (await ProduceAsync(Id, older, 1, 0, "late")).Error);
        Assert.Equal(KafkaCodes.ProducerFenced, await Broker.AddPartitionAsync(Id, older, Topic, 0));
        await PublishAsync(newer, "new");
        await UntilStableAsync(4);
        Assert.Equal([(2, "new")], (await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task End_OfAnOlderEpoch_IsRefusedAndTheTransactionStaysOpen()
    {
        var older = await InitAsync(Id);
        await PublishAsync(older, "first");
        var newer = await InitAsync(Id);
        await OpenAsync(newer, "second");
        Assert.Equal(KafkaCodes.ProducerFenced, await Broker.EndTransactionAsync(Id, older, commit: true));
        Assert.Equal((2, 3), await EndsAsync());
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, newer, commit: true));
        await UntilStableAsync(4);
    }

    // The reason for a new producer for each transaction.
    [Fact]
    public async Task End_RepeatedUnderTheSameEpoch_CommitsTheNextTransactionHalfWay()
    {
        var producer = await InitAsync(Id);
        await PublishAsync(producer, "first");
        await UntilStableAsync(2);
        await OpenAsync(producer, 1, Id, "second, its first half");

        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
        await UntilStableAsync(4);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await ProduceAsync(Id, producer, 2, 0, "second, its other half")).Error);
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
        Assert.Equal([(0, "first"), (2, "second, its first half")], (await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task End_TheOtherWayAfterwards_IsRefused()
    {
        var producer = await InitAsync(Id);
        Assert.Equal(KafkaCodes.InvalidTxnState, await Broker.EndTransactionAsync(Id, producer, commit: true));
        await PublishAsync(producer, "a");
        await UntilStableAsync(2);
        Assert.Equal(KafkaCodes.InvalidTxnState, await Broker.EndTransactionAsync(Id, producer, commit: false));
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
    }

    [Fact]
    public async Task AddPartition_WhileTheEndIsBeingCompleted_IsAnsweredNotNow()
    {
        var producer = await InitAsync(Id);
        var sequence = 0;
        var notNow = 0;
        for (var round = 0; round < 50 && notNow == 0; round++)
        {
            await OpenAsync(producer, sequence++, Id, "x");
            var (end, add) = await Broker.EndAndAddAsync(Id, producer, Topic, 0);
            Assert.Equal(KafkaCodes.None, end);
            notNow += add == KafkaCodes.ConcurrentTransactions ? 1 : 0;
            Assert.True(add is KafkaCodes.None or KafkaCodes.ConcurrentTransactions, $"{add}");
        }

        Assert.True(notNow > 0, "never answered 51");
        await UntilAsync(async () => await Broker.AddPartitionAsync(Id, producer, Topic, 0) == KafkaCodes.None);
    }

    [Fact]
    public async Task Produce_NewEpochNotFrom0_IsRefused()
    {
        await PublishAsync(await InitAsync(Id), "a");
        await UntilStableAsync(2);
        var producer = await InitAsync(Id);
        await AddAsync(Id, producer);
        Assert.Equal(KafkaCodes.OutOfOrderSequence, (await ProduceAsync(Id, producer, 1, 0, "b")).Error);
        Assert.Equal((KafkaCodes.None, 2), await ProduceAsync(Id, producer, 0, 0, "b"));
    }

    [Fact]
    public async Task Produce_AGapInTheSequence_IsRefused()
    {
        var producer = await InitAsync(Id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal(KafkaCodes.OutOfOrderSequence, (await ProduceAsync(Id, producer, 3, 0, "d")).Error);
        Assert.Equal((KafkaCodes.None, 2), await ProduceAsync(Id, producer, 2, 0, "c"));
    }

    [Fact]
    public async Task Produce_Repeated_IsAnsweredAsTheFirstTimeAndStoredOnce()
    {
        var producer = await InitAsync(Id);
        await OpenAsync(producer, "a", "b");
        Assert.Equal((KafkaCodes.None, 0), await ProduceAsync(Id, producer, 0, 0, "a", "b"));
        Assert.Equal((0, 2), await EndsAsync());
    }

    [Fact]
    public async Task Produce_PartitionNotAdded_IsRefused()
    {
        var producer = await InitAsync(Id);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await ProduceAsync(Id, producer, 0, 0, "a")).Error);
        await AddAsync(Id, producer);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await ProduceAsync(Id, producer, 0, 1, "a")).Error);
        Assert.Equal((0, 0), await EndsAsync());
    }

    // What a client gives up on and aborts may still come.
    [Fact]
    public async Task Produce_BehindTheAbort_IsRefused()
    {
        var producer = await InitAsync(Id);
        await OpenAsync(producer, "a");
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: false));
        await UntilStableAsync(2);
        Assert.Equal(KafkaCodes.InvalidTxnState, (await ProduceAsync(Id, producer, 1, 0, "late")).Error);
        Assert.Equal((2, 2), await EndsAsync());
    }

    [Fact]
    public async Task AddPartition_OfAnotherProducerId_IsRefused()
    {
        var producer = await InitAsync(Id);
        Assert.Equal(KafkaCodes.InvalidProducerIdMapping, await Broker.AddPartitionAsync(Id, producer with { Id = producer.Id + 100_000 }, Topic, 0));
        Assert.Equal(KafkaCodes.InvalidProducerIdMapping, await Broker.EndTransactionAsync(Id + "-unknown", producer, commit: true));
    }

    [Fact]
    public async Task AddPartition_NothingProducedThere_GetsAControlRecordAllTheSame()
    {
        var producer = await InitAsync(Id);
        await AddAsync(Id, producer);
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
        await UntilStableAsync(1);
        Assert.Empty((await Broker.FetchAsync(Topic, 0, 0, committed: false)).Records);
    }

    [Fact]
    public async Task TimeOut_NobodyEndsTheTransaction_ItIsAbortedAndItsProducerFenced()
    {
        var producer = await InitAsync(Id, TimeSpan.FromSeconds(1));
        await OpenAsync(producer, "a");
        await UntilStableAsync(2);
        Assert.Empty((await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
        Assert.Equal(KafkaCodes.ProducerFenced, await Broker.EndTransactionAsync(Id, producer, commit: true));
        Assert.Equal(KafkaCodes.InvalidProducerEpoch, (await ProduceAsync(Id, producer, 1, 0, "b")).Error);
        await PublishAsync(await InitAsync(Id), "c");
        await UntilStableAsync(4);
    }
}

using Xunit;

namespace Gearpump.Testing.Kafka;

/// <summary>
/// What brokers before 3.6, and newer ones with transaction.partition.verification.enable=false, take although it belongs to no open
/// transaction, and what comes of it: the reasons to add every partition first, and to abort under a new epoch only.
/// </summary>
public abstract class UnverifiedTransactionConformance : BrokerConformance
{
    [Fact]
    public async Task Produce_PartitionNotAdded_IsTakenAndReadersStandStillForEver()
    {
        var producer = await InitAsync(Id);
        Assert.Equal((KafkaCodes.None, 0), await ProduceAsync(Id, producer, 0, 0, "a"));
        await InitAsync(Id);
        Assert.Equal((0, 1), await EndsAsync());
    }

    [Fact]
    public async Task Produce_BehindAnAbortUnderItsOwnEpoch_GetsIntoTheNextTransaction()
    {
        var older = await InitAsync(Id);
        await OpenAsync(older, "given up");
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, older, commit: false));
        await UntilStableAsync(2);
        Assert.Equal((KafkaCodes.None, 2), await ProduceAsync(Id, older, 1, 0, "late"));

        await PublishAsync(await InitAsync(Id), "new");
        await UntilStableAsync(5);
        Assert.Equal([(2, "late"), (3, "new")], (await Broker.FetchAsync(Topic, 0, 0, committed: true)).Records);
    }

    [Fact]
    public async Task Produce_BehindAnAbortByANewEpoch_IsRefused()
    {
        var older = await InitAsync(Id);
        await OpenAsync(older, "given up");
        await InitAsync(Id);
        Assert.Equal(KafkaCodes.InvalidProducerEpoch, (await ProduceAsync(Id, older, 1, 0, "late")).Error);
        await UntilStableAsync(2);
    }

    [Fact]
    public async Task End_RepeatedUnderTheSameEpoch_TheRestOfTheNextTransactionHangs()
    {
        var producer = await InitAsync(Id);
        await PublishAsync(producer, "first");
        await UntilStableAsync(2);
        await OpenAsync(producer, 1, Id, "second, its first half");
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
        await UntilStableAsync(4);
        Assert.Equal((KafkaCodes.None, 4), await ProduceAsync(Id, producer, 2, 0, "second, its other half"));
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
        await InitAsync(Id);
        Assert.Equal((4, 5), await EndsAsync());
    }
}

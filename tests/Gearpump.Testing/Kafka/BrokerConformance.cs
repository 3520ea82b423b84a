using Xunit;

namespace Gearpump.Testing.Kafka;

/// <summary>A broker, a topic of two partitions and a transactional id for each test, and the steps that they are made of.</summary>
public abstract class BrokerConformance : IAsyncLifetime
{
    protected static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    protected string Id { get; } = $"job/{Guid.NewGuid():n}/0";

    protected ITransactionBroker Broker { get; private set; } = null!;

    protected string Topic { get; private set; } = null!;

    protected abstract Task<ITransactionBroker> ConnectAsync();

    /// <summary>A new topic with two partitions.</summary>
    protected abstract Task<string> NewTopicAsync();

    public async ValueTask InitializeAsync()
    {
        Broker = await ConnectAsync();
        Topic = await NewTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<BrokerProducer> InitAsync(string id, TimeSpan? timeout = null)
    {
        (short Error, BrokerProducer Producer) answer = default;
        await UntilAsync(async () => (answer = await Broker.InitProducerIdAsync(id, timeout ?? Long)).Error is not (KafkaCodes.ConcurrentTransactions or KafkaCodes.CoordinatorLoading));
        Assert.Equal(KafkaCodes.None, answer.Error);
        return answer.Producer;
    }

    protected async Task AddAsync(string id, BrokerProducer producer)
    {
        short error = -1;
        await UntilAsync(async () => (error = await Broker.AddPartitionAsync(id, producer, Topic, 0)) != KafkaCodes.ConcurrentTransactions);
        Assert.Equal(KafkaCodes.None, error);
    }

    protected async Task<(short Error, long Offset)> ProduceAsync(string id, BrokerProducer producer, int sequence, int partition, params string[] values)
    {
        (short Error, long Offset) answer = default;
        await UntilAsync(async () => (answer = await Broker.ProduceAsync(id, producer, sequence, Topic, partition, values)).Error != KafkaCodes.NotEnoughReplicas);
        return answer;
    }

    protected Task OpenAsync(BrokerProducer producer, params string[] values) => OpenAsync(producer, 0, Id, values);

    protected async Task OpenAsync(BrokerProducer producer, int sequence, string id, params string[] values)
    {
        await AddAsync(id, producer);
        Assert.Equal(KafkaCodes.None, (await ProduceAsync(id, producer, sequence, 0, values)).Error);
    }

    protected async Task PublishAsync(BrokerProducer producer, params string[] values)
    {
        await OpenAsync(producer, values);
        Assert.Equal(KafkaCodes.None, await Broker.EndTransactionAsync(Id, producer, commit: true));
    }

    protected async Task<(long Stable, long End)> EndsAsync() =>
        (await Broker.EndAsync(Topic, 0, committed: true), await Broker.EndAsync(Topic, 0, committed: false));

    protected Task UntilStableAsync(long offset) => UntilAsync(async () => await Broker.EndAsync(Topic, 0, committed: true) == offset);

    protected async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var round = 0; !await done(); round++)
        {
            Assert.True(round < 6_000, "has not happened in 30 s");
            await Broker.PassAsync(Step);
        }
    }
}

using System.Globalization;

namespace Gearpump.Testing.Kafka;

/// <summary>A real broker, asked by raw requests over one connection: nothing is repeated, and nothing is hidden. One broker a cluster.</summary>
public sealed class WireBroker : ITransactionBroker
{
    private const byte TransactionCoordinator = 1;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private readonly WireConnection _connection = new();

    private WireBroker()
    {
    }

    public static async Task<WireBroker> ConnectAsync(string bootstrap)
    {
        var broker = new WireBroker();
        var colon = bootstrap.LastIndexOf(':');
        using var deadline = new CancellationTokenSource(Most);
        await broker._connection.ConnectAsync(bootstrap[..colon], int.Parse(bootstrap[(colon + 1)..], CultureInfo.InvariantCulture), deadline.Token);

        // The topic of transactions is made when somebody asks for a coordinator first.
        while (await broker.AskAsync(new WireRequest(10, 2, new WireWriter().String("any").Int8(TransactionCoordinator)), static reader => Behind(reader, 4).Int16()) != KafkaCodes.None)
        {
            await Task.Delay(100, deadline.Token);
        }

        return broker;
    }

    public Task<(short Error, BrokerProducer Producer)> InitProducerIdAsync(string id, TimeSpan timeout) => AskAsync(
        new WireRequest(22, 1, new WireWriter().String(id).Int32((int)timeout.TotalMilliseconds)),
        static reader => (Behind(reader, 4).Int16(), new BrokerProducer(reader.Int64(), reader.Int16())));

    public Task<short> AddPartitionAsync(string id, BrokerProducer producer, string topic, int partition) =>
        AskAsync(AddPartition(id, producer, topic, partition), static reader => Behind(reader, 4).Partition().Int16());

    public Task<(short Error, long Offset)> ProduceAsync(string id, BrokerProducer producer, int sequence, string topic, int partition, params string[] values) => AskAsync(
        new WireRequest(0, 8, new WireWriter().String(id).Int16(-1).Int32((int)Most.TotalMilliseconds).Partition(topic, partition).Bytes(WireBatch.Write(producer, sequence, id, values))),
        static reader => (reader.Partition().Int16(), reader.Int64()));

    public Task<short> EndTransactionAsync(string id, BrokerProducer producer, bool commit) =>
        AskAsync(End(id, producer, commit), static reader => Behind(reader, 4).Int16());

    public async Task<(short End, short Add)> EndAndAddAsync(string id, BrokerProducer producer, string topic, int partition)
    {
        using var deadline = new CancellationTokenSource(Most);
        await _connection.SendAsync([End(id, producer, commit: true), AddPartition(id, producer, topic, partition)], deadline.Token);
        var end = Behind(await _connection.ReceiveAsync(deadline.Token), 4).Int16();
        return (end, Behind(await _connection.ReceiveAsync(deadline.Token), 4).Partition().Int16());
    }

    public Task<long> EndAsync(string topic, int partition, bool committed) => AskAsync(
        new WireRequest(2, 5, new WireWriter().Int32(-1).Int8(Isolation(committed)).Partition(topic, partition).Int32(-1).Int64(-1)),
        static reader => Require(Behind(reader, 4).Partition().Int16(), Behind(reader, 8).Int64()));

    public Task<FetchedRecords> FetchAsync(string topic, int partition, long offset, bool committed) => AskAsync(
        new WireRequest(1, 4, new WireWriter().Int32(-1).Int32(100).Int32(1).Int32(1 << 20).Int8(Isolation(committed)).Partition(topic, partition).Int64(offset).Int32(1 << 20)),
        reader => Filter(reader, offset));

    public Task PassAsync(TimeSpan time) => Task.Delay(time);

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static WireRequest AddPartition(string id, BrokerProducer producer, string topic, int partition) =>
        new(24, 2, new WireWriter().String(id).Int64(producer.Id).Int16(producer.Epoch).Partition(topic, partition));

    private static WireRequest End(string id, BrokerProducer producer, bool commit) =>
        new(26, 2, new WireWriter().String(id).Int64(producer.Id).Int16(producer.Epoch).Int8(commit ? 1 : 0));

    private static int Isolation(bool committed) => committed ? 1 : 0;

    // As every client does it: what lies between a transaction's first record and its end belongs to it, and aborted ones are listed.
    private static FetchedRecords Filter(WireReader reader, long offset)
    {
        Require(Behind(reader, 4).Partition().Int16(), 0);
        Behind(reader, 16);
        var aborted = new List<(long Producer, long FirstOffset)>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            aborted.Add((reader.Int64(), reader.Int64()));
        }

        var records = new List<(long, string)>();
        foreach (var batch in WireBatch.ReadAll(reader.Bytes()))
        {
            offset = batch.NextOffset;
            if (batch.IsAbort)
            {
                aborted.RemoveAll(one => one.Producer == batch.ProducerId && one.FirstOffset < batch.BaseOffset);
            }
            else if (!batch.IsControl && !aborted.Exists(one => batch.IsTransactional && one.Producer == batch.ProducerId && one.FirstOffset <= batch.BaseOffset))
            {
                records.AddRange(batch.Records.Select(static record => (record.Offset, System.Text.Encoding.UTF8.GetString(record.Value.Span))));
            }
        }

        return new FetchedRecords(records, offset);
    }

    private static WireReader Behind(WireReader reader, int bytes)
    {
        reader.Slice(bytes);
        return reader;
    }

    private static T Require<T>(short error, T value) => error == KafkaCodes.None ? value : throw new IOException($"error {error}");

    private async Task<T> AskAsync<T>(WireRequest request, Func<WireReader, T> read)
    {
        using var deadline = new CancellationTokenSource(Most);
        return read(await _connection.AskAsync(request, deadline.Token));
    }
}

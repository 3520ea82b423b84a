using System.Text;
using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Graph;
using Gearpump.Kafka;
using Gearpump.Kafka.Write;
using Gearpump.Outputs;
using Gearpump.Testing.Containers;
using Shouldly;
using Xunit;
using Record = Gearpump.Runtime.Record;

namespace Gearpump.Connectors.Tests.Kafka;

/// <summary>The output's contract on a real broker, in a container.</summary>
public sealed class KafkaOutputTests(KafkaServer server) : OutputConformance, IAsyncLifetime
{
    private readonly string _job = $"job-{Guid.NewGuid():n}";
    private TestTopic _topic = null!;
    private KafkaOutput _output = null!;

    protected override PublisherId Publisher => new(_job, "0a1b2c", 0);

    protected override IOutput Output => _output;

    protected override bool SeparatesInstances => false;

    public async ValueTask InitializeAsync()
    {
        _topic = await TestTopic.NewAsync(server);
        _output = new KafkaOutput(_topic.Cluster, _topic.Name);
        await _output.CheckAsync(_job, Delivery.ExactlyOnce, Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task PublishAsync_NoKey_IsNotAnEmptyKey()
    {
        await PublishAsync(1, ["a"]);
        _topic.ReadCommitted().ShouldHaveSingleItem().Key.ShouldBeNull();
    }

    [Fact]
    public async Task PublishAsync_Twice_IsRefused()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(session, 1, ["a"]);
        await Should.ThrowAsync<InvalidOperationException>(() => PublishAsync(session, 2, ["b"]));
    }

    [Fact]
    public async Task OpenSessionAsync_OlderSessionStillOpen_OlderOneCannotPublish()
    {
        await using var older = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(1, ["new"]);
        await Should.ThrowAsync<IOException>(() => PublishAsync(older, 1, ["old"]));
        Committed("").ShouldBe(["new"]);
    }

    [Fact]
    public async Task PublishAsync_KeysAndTimes_LieWhereJavasClientsLookForThem()
    {
        var topic = await TestTopic.NewAsync(server, partitions: 5);
        var output = new KafkaOutput(topic.Cluster, topic.Name);
        var encoder = output.CreateEncoder();
        string[] keys = ["21", "foobar", "a-little-bit-long-string", "abc"];
        foreach (var key in keys)
        {
            encoder.TryAdd(new Record(0, Encoding.UTF8.GetBytes(key), "v"u8.ToArray(), valueIsKey: false, 1_700_000_000_123), out var rejection).ShouldBeTrue(rejection);
        }

        ReadOnlyMemory<byte> segment = default;
        encoder.Complete((publisher, bytes, records) =>
        {
            (publisher, records).ShouldBe((0, 4));
            segment = bytes;
        });
        await using (var session = await output.OpenSessionAsync(Publisher, Cancellation))
        {
            await session.PublishAsync(One(segment), new PublishMarker(1, PublishMarker.WholeCut), Cancellation);
        }

        // (murmur2 & 0x7fffffff) mod 5
        topic.ReadCommitted().OrderBy(static record => record.Key, StringComparer.Ordinal).ShouldBe(
            keys.Zip([(-973932308 & 0x7fffffff) % 5, (-790332482 & 0x7fffffff) % 5, (-985981536 & 0x7fffffff) % 5, 479470107 % 5])
                .Select(static pair => ((string?)pair.First, "v", 1_700_000_000_123, pair.Second))
                .OrderBy(static record => record.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void TryAdd_WhatTheTopicWouldRefuse_IsRejectedWithTheReason()
    {
        var topic = new KafkaTopic("t", 1, 1, 1) { IsCompacted = true, AheadMost = TimeSpan.FromHours(1) };
        var encoder = new KafkaSegmentEncoder(topic, new KafkaOutputOptions { RecordBytesMax = 1_000 }, TimeProvider.System);
        encoder.TryAdd(new Record("no key"u8.ToArray()), out var rejection).ShouldBeFalse();
        rejection.ShouldBe("no key, topic 't' is compacted");
        encoder.TryAdd(Keyed(new byte[1_000], 5), out rejection).ShouldBeFalse();
        rejection!.ShouldContain("1001 bytes, topic 't' takes 1000");
        encoder.TryAdd(Keyed([1], -5), out rejection).ShouldBeFalse();
        rejection!.ShouldContain("before 1970");
        encoder.TryAdd(Keyed([1], DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeMilliseconds()), out rejection).ShouldBeFalse();
        rejection!.ShouldContain("3600 s ahead");
        encoder.TryAdd(Keyed([1], 5), out rejection).ShouldBeTrue(rejection);
        encoder.BufferedBytes.ShouldBePositive();
    }

    [Fact]
    public async Task PublishAsync_LargestRecordThatIsEncoded_IsTaken()
    {
        const int Most = 400_000;
        var topic = await TestTopic.NewAsync(server, settings: new() { ["max.message.bytes"] = $"{Most}" });
        var output = new KafkaOutput(topic.Cluster, topic.Name, new KafkaOutputOptions { RecordBytesMax = Most });
        await output.CheckAsync(_job, Delivery.ExactlyOnce, Cancellation);
        var encoder = output.CreateEncoder();
        var size = Most;
        while (!encoder.TryAdd(Keyed(new byte[size], 5), out _))
        {
            size--;
        }

        size.ShouldBeGreaterThan(Most - 200);
        ReadOnlyMemory<byte> segment = default;
        encoder.Complete((_, bytes, _) => segment = bytes);
        await using (var session = await output.OpenSessionAsync(Publisher, Cancellation))
        {
            await session.PublishAsync(One(segment), new PublishMarker(1, PublishMarker.WholeCut), Cancellation);
        }

        topic.ReadCommitted().ShouldHaveSingleItem().Value.Length.ShouldBe(size);
    }

    [Fact]
    public async Task CheckAsync_TransactionsLongerThanTheBrokersAllow_IsRefusedWithBothNumbers()
    {
        var output = new KafkaOutput(_topic.Cluster, _topic.Name, new KafkaOutputOptions { TransactionTimeout = TimeSpan.FromHours(1) });
        var refused = await Should.ThrowAsync<RefusedException>(output.CheckAsync(_job, Delivery.ExactlyOnce, Cancellation).AsTask());
        refused.Message.ShouldContain("TransactionTimeout is 3600000 ms, the brokers allow 900000");
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("compact,delete")]
    public async Task CheckAsync_MarkersWouldBeForgotten_IsRefusedByName(string policy)
    {
        var job = $"job-{Guid.NewGuid():n}";
        var markers = await TestTopic.NewAsync(server, settings: new() { ["cleanup.policy"] = policy }, name: MarkerTopic.NameOf(job));
        var refused = await Should.ThrowAsync<RefusedException>(_output.CheckAsync(job, Delivery.ExactlyOnce, Cancellation).AsTask());
        refused.Message.ShouldContain($"topic '{markers.Name}' has cleanup.policy '{policy}'");
    }

    [Fact]
    public async Task CheckAsync_MorePublishersThanPartitionsOfTheMarkers_EnlargesThem()
    {
        var output = new KafkaOutput(_topic.Cluster, _topic.Name, new KafkaOutputOptions { Publishers = 3 });
        await output.CheckAsync(_job, Delivery.ExactlyOnce, Cancellation);
        await using var session = await output.OpenSessionAsync(new PublisherId(_job, "0a1b2c", 2), Cancellation);
        (await session.ReadMarkerAsync(Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task AppendAsync_Direct_IsThereWhenItReturns()
    {
        await using (var writer = await Output.OpenDirectAsync(new DirectWriterId(_job, "i", 1, "out", 0), Cancellation))
        {
            await writer.AppendAsync(Encode(["a", "b"]), Cancellation);
            Committed("").ShouldBe(["a", "b"]);
            await writer.AppendAsync(Encode(["c"]), Cancellation);
        }

        Committed("").ShouldBe(["a", "b", "c"]);
    }

    protected override IReadOnlyList<string> Committed(string instance) => _topic.ReadCommitted().Select(static record => record.Value).ToList();

    private static Record Keyed(byte[] value, long timeMs) => new(0, "k"u8.ToArray(), value, valueIsKey: false, timeMs);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(ReadOnlyMemory<byte> segment)
    {
        await Task.Yield();
        yield return segment;
    }
}

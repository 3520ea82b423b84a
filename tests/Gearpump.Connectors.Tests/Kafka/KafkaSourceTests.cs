using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Kafka;
using Gearpump.Kafka.Read;
using Gearpump.Sources;
using Gearpump.Testing.Containers;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Kafka;

/// <summary>The source's contract on a real broker: aborted records between those that count, control records at the end.</summary>
public sealed class KafkaSourceTests(KafkaServer server) : SourceConformance, IAsyncLifetime
{
    private TestTopic _topic = null!;
    private KafkaSource _source = null!;

    protected override ITimeReplayableSource Source => _source;

    protected override IReadOnlyList<string> Expected => ["a", "b", "d", "", "e"];

    public async ValueTask InitializeAsync()
    {
        _topic = await TestTopic.NewAsync(server, partitions: 2);
        await _topic.WriteAsync(0, "a", "b");
        _topic.WriteInTransaction(0, commit: false, "aborted").Dispose();
        _topic.WriteInTransaction(0, commit: true, "d").Dispose();
        await _topic.WriteAsync(1, "", "e");
        _topic.WriteInTransaction(1, commit: false, "aborted").Dispose();
        _source = new KafkaSource(_topic.Cluster, _topic.Name, new KafkaSourceOptions { UntilEnd = true });
    }

    public ValueTask DisposeAsync()
    {
        _source.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Read_UntilTheEnd_TheLastPositionIsBehindTheControlRecords()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[1];
        KafkaPosition.From(split.End!.Value).Offset.ShouldBe(_topic.Ends(1).End);
        await using var reader = await Source.OpenAsync(split, split.Start, Cancellation);
        var sink = new CollectingSink();
        while (reader.Read(sink) != ReadStatus.Ended)
        {
            await reader.WaitAsync(Cancellation);
        }

        KafkaPosition.From(reader.Position).Offset.ShouldBe(_topic.Ends(1).End);
    }

    [Fact]
    public async Task GetSplitsAsync_SomebodysTransactionIsOpen_EndsBeforeIt()
    {
        using var other = _topic.WriteInTransaction(0, commit: null, "open");
        var (stable, end) = _topic.Ends();
        stable.ShouldBeLessThan(end);
        KafkaPosition.From((await Source.GetSplitsAsync(Cancellation))[0].End!.Value).Offset.ShouldBe(stable);
    }

    [Fact]
    public async Task GetSplitsAsync_FromTheEnd_IsResolvedToANumber()
    {
        using var source = new KafkaSource(_topic.Cluster, _topic.Name, new KafkaSourceOptions { FromEnd = true });
        var split = (await source.GetSplitsAsync(Cancellation))[0];
        KafkaPosition.From(split.Start).Offset.ShouldBe(_topic.Ends().End);
        split.End.ShouldBeNull();

        // A job that dies before its first cut begins there again, and has skipped nothing.
        await _topic.WriteAsync(0, "later");
        await using var reader = await source.OpenAsync(split, split.Start, Cancellation);
        var sink = new CollectingSink();
        while (sink.Records.Count == 0)
        {
            reader.Read(sink);
            await reader.WaitAsync(Cancellation);
        }

        sink.Records.ShouldBe(["later"]);
    }

    [Fact]
    public async Task GetSplitsAsync_FromATimeBehindTheEnd_IsTheEndAsANumber()
    {
        using var source = new KafkaSource(_topic.Cluster, _topic.Name, new KafkaSourceOptions { From = DateTimeOffset.UtcNow.AddHours(1) });
        KafkaPosition.From((await source.GetSplitsAsync(Cancellation))[0].Start).Offset.ShouldBe(_topic.Ends().End);
    }

    [Fact]
    public async Task OpenAsync_TheRecordsWereDeleted_IsLostAndNamesTopicPartitionAndOffsets()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        await _topic.DeleteBelowAsync(1);
        var lost = await Should.ThrowAsync<SourceLostException>(Source.OpenAsync(split, split.Start, Cancellation).AsTask());
        lost.Message.ShouldContain($"partition 0 of topic '{_topic.Name}' begins at offset 1, the job needs 0");
    }

    [Fact]
    public async Task OpenAsync_BehindTheEnd_IsLostAndNamesBoth()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        var beyond = KafkaPosition.From(split.End!.Value) with { Offset = 1_000 };
        var lost = await Should.ThrowAsync<SourceLostException>(Source.OpenAsync(split, beyond.ToSourcePosition(), Cancellation).AsTask());
        lost.Message.ShouldContain($"ends at offset {_topic.Ends().End}, the job was at 1000");
    }

    [Fact]
    public async Task OpenAsync_CreatedAgainWithMoreRecords_IsLostAndNamesTheTopic()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        await _topic.DeleteAsync();
        await _topic.CreateAsync(2);
        await _topic.WriteAsync(0, [.. Enumerable.Range(0, 20).Select(static i => $"new {i}")]);
        var lost = await Should.ThrowAsync<SourceLostException>(Source.OpenAsync(split, split.Start, Cancellation).AsTask());
        lost.Message.ShouldContain($"topic '{_topic.Name}' was deleted and created again");
    }

    [Fact]
    public async Task Read_CreatedAgainWhileItIsRead_IsLost()
    {
        using var source = new KafkaSource(_topic.Cluster, _topic.Name);
        var split = (await source.GetSplitsAsync(Cancellation))[0];
        await using var reader = await source.OpenAsync(split, split.Start, Cancellation);
        var sink = new CollectingSink();
        while (sink.Records.Count < 3)
        {
            reader.Read(sink);
            await reader.WaitAsync(Cancellation);
        }

        await _topic.DeleteAsync();
        await _topic.CreateAsync(2);
        await _topic.WriteAsync(0, [.. Enumerable.Range(0, 20).Select(static i => $"new {i}")]);
        var lost = await Should.ThrowAsync<SourceLostException>(async () =>
        {
            while (true)
            {
                reader.Read(sink);
                await reader.WaitAsync(Cancellation);
            }
        });
        lost.Message.ShouldContain($"{_topic.Name}");
    }

    [Fact]
    public async Task Read_ALargeRecord_IsRejected()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[1];
        await _topic.WriteAsync(1, new string('x', 500));
        var sink = await ReadToEndAsync((await Source.GetSplitsAsync(Cancellation))[1], split.Start, new CollectingSink(recordBytesMax: 100));
        sink.Records.ShouldBe(["", "e"]);
        sink.Rejected.ShouldHaveSingleItem().Reason.ShouldBe("500 bytes, 100 at most");
    }

    [Fact]
    public async Task CheckAsync_NoSuchTopic_IsRefusedByName()
    {
        using var source = new KafkaSource(_topic.Cluster, "no-such-topic");
        (await Should.ThrowAsync<RefusedException>(source.CheckAsync("job", Cancellation).AsTask())).Message.ShouldBe("there is no topic 'no-such-topic'; create it first");
    }
}

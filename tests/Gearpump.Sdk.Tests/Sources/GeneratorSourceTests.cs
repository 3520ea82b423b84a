using Gearpump.Sdk.Tests.Support;
using Gearpump.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Gearpump.Sdk.Tests.Sources;

public sealed class GeneratorSourceTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 3)]
    [InlineData(2, 4)]
    public async Task Splits_Together_HaveEveryRecordOnce(long count, int splits)
    {
        var source = new GeneratorSource<long>(count, static index => index, Serde.Int64, splits);
        var all = new List<long>();
        foreach (var split in await source.GetSplitsAsync(TestContext.Current.CancellationToken))
        {
            await using var reader = await source.OpenAsync(split, split.Start, TestContext.Current.CancellationToken);
            var sink = new ListSink();
            reader.Read(sink).ShouldBe(ReadStatus.Ended);
            reader.Position.ShouldBe(split.End!.Value);
            all.AddRange(sink.Records.Select(record => Serde.Int64.Read(record)));
        }

        all.Order().ShouldBe(Enumerable.Range(0, (int)count).Select(n => (long)n));
    }

    [Fact]
    public async Task Open_AtAPosition_GoesOnWithTheNextRecord()
    {
        var source = new GeneratorSource<long>(10, static index => index, Serde.Int64, splits: 2);
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken))[1];
        await using var first = await source.OpenAsync(split, split.Start, TestContext.Current.CancellationToken);
        first.Read(new ListSink(stopAfter: 2)).ShouldBe(ReadStatus.More);
        await using var second = await source.OpenAsync(split, first.Position, TestContext.Current.CancellationToken);
        var sink = new ListSink();
        second.Read(sink);
        sink.Records.Select(record => Serde.Int64.Read(record)).ShouldBe([5, 7, 9]);
    }

    [Fact]
    public async Task Open_BehindTheEnd_IsLost()
    {
        var source = new GeneratorSource<long>(3, static index => index, Serde.Int64);
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken))[0];
        await Should.ThrowAsync<SourceLostException>(async () => await source.OpenAsync(split, SourcePosition.FromInt64(4), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_WithARate_GivesSoMany()
    {
        var time = new FakeTimeProvider();
        var source = new GeneratorSource<long>(1_000, static index => index, Serde.Int64, recordsPerSecond: 10, time: time);
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken))[0];
        await using var reader = await source.OpenAsync(split, split.Start, TestContext.Current.CancellationToken);
        var sink = new ListSink();
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        sink.Records.Count.ShouldBe(1);
        var wait = reader.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        time.Advance(TimeSpan.FromSeconds(0.5));
        await wait;
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        sink.Records.Count.ShouldBe(6);

        // A pause is not made up for by more than a second's worth.
        time.Advance(TimeSpan.FromHours(1));
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        sink.Records.Count.ShouldBe(16);
    }
}

using Gearpump.Sources;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Conformance;

/// <summary>What every bounded <see cref="ITimeReplayableSource"/> must do.</summary>
public abstract class SourceConformance
{
    // A reader that never ends must not hang the test.
    private const int ReadsMax = 100_000;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ITimeReplayableSource Source { get; }

    /// <summary>The records of all splits, in the splits' order.</summary>
    protected abstract IReadOnlyList<string> Expected { get; }

    [Fact]
    public async Task Read_FromTheStart_HandsOverEverythingInOrderAndEnds()
    {
        var all = new List<string>();
        foreach (var split in await Source.GetSplitsAsync(Cancellation))
        {
            all.AddRange((await ReadToEndAsync(split, split.Start)).Records);
        }

        all.ShouldBe(Expected);
    }

    [Fact]
    public async Task Position_AfterEveryRecord_ReplaysExactlyTheRest()
    {
        foreach (var split in await Source.GetSplitsAsync(Cancellation))
        {
            var whole = (await ReadToEndAsync(split, split.Start)).Records;
            await using var reader = await Source.OpenAsync(split, split.Start, Cancellation);
            var sink = new CollectingSink(stopEvery: 1);
            for (var reads = 0; reads < ReadsMax; reads++)
            {
                var status = reader.Read(sink);
                if (status == ReadStatus.Idle)
                {
                    await reader.WaitAsync(Cancellation);
                    continue;
                }

                (await ReadToEndAsync(split, reader.Position)).Records.ShouldBe(whole.Skip(sink.Records.Count), $"{split.Id} after {sink.Records.Count}");
                if (status == ReadStatus.Ended)
                {
                    break;
                }
            }

            sink.Records.ShouldBe(whole);
        }
    }

    [Fact]
    public async Task Position_WhileARecordIsHandedOver_IsWhereItBegins()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        var whole = (await ReadToEndAsync(split, split.Start)).Records;
        await using var reader = await Source.OpenAsync(split, split.Start, Cancellation);
        var sink = new PositionSink(() => reader.Position);
        while (reader.Read(sink) != ReadStatus.Ended)
        {
            await reader.WaitAsync(Cancellation);
        }

        for (var index = 0; index < whole.Count; index++)
        {
            (await ReadToEndAsync(split, sink.Positions[index])).Records.ShouldBe(whole.Skip(index));
        }
    }

    [Fact]
    public async Task Read_AfterTheEnd_SaysEndedAgain()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        await using var reader = await Source.OpenAsync(split, split.End.ShouldNotBeNull(), Cancellation);
        var sink = new CollectingSink();
        reader.Read(sink).ShouldBe(ReadStatus.Ended);
        reader.Read(sink).ShouldBe(ReadStatus.Ended);
        sink.Records.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetSplitsAsync_Twice_GivesTheSameDistinctSplits()
    {
        var first = await Source.GetSplitsAsync(Cancellation);
        (await Source.GetSplitsAsync(Cancellation)).ShouldBe(first);
        first.Select(static split => split.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task WaitAsync_Cancelled_EndsByCancellation()
    {
        var split = (await Source.GetSplitsAsync(Cancellation))[0];
        await using var reader = await Source.OpenAsync(split, split.Start, Cancellation);
        await Should.ThrowAsync<OperationCanceledException>(reader.WaitAsync(new CancellationToken(canceled: true)).AsTask());
    }

    internal async Task<CollectingSink> ReadToEndAsync(SourceSplit split, SourcePosition from, CollectingSink? sink = null)
    {
        sink ??= new CollectingSink();
        await using var reader = await Source.OpenAsync(split, from, Cancellation);
        for (var reads = 0; reads < ReadsMax; reads++)
        {
            switch (reader.Read(sink))
            {
                case ReadStatus.Ended:
                    return sink;
                case ReadStatus.Idle:
                    await reader.WaitAsync(Cancellation);
                    break;
                default:
                    break;
            }
        }

        throw new InvalidOperationException($"split {split.Id} has not ended after {ReadsMax} reads");
    }

    private sealed class PositionSink(Func<SourcePosition> position) : IRecordSink
    {
        public List<SourcePosition> Positions { get; } = [];

        public int RecordBytesMax => 1024 * 1024;

        public bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime)
        {
            Positions.Add(position());
            return true;
        }

        public bool Reject(ReadOnlyMemory<byte> bytes, string reason) => throw new InvalidOperationException(reason);
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Gearpump.Sdk.Tests.Support;
using Gearpump.Sources;

namespace Gearpump.Sdk.Tests.Sources;

public sealed class TimeOnlySourceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Three records of one time, one alone, two of another.
    private static readonly (int Second, string Text)[] Data = [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (5, "e"), (5, "f")];

    [Fact]
    public async Task Open_AtEveryPosition_GoesOnWithTheNextRecord()
    {
        var source = new Log(Data);
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var position = split.Start;
        for (var taken = 0; taken <= Data.Length; taken++)
        {
            await using var reader = await source.OpenAsync(split, position, TestContext.Current.CancellationToken);
            var rest = new ListSink();
            reader.Read(rest).ShouldBe(ReadStatus.Ended);
            Texts(rest).ShouldBe(Data.Skip(taken).Select(one => one.Text));

            await using var next = await source.OpenAsync(split, position, TestContext.Current.CancellationToken);
            next.Position.ShouldBe(position);
            next.Read(new ListSink(stopAfter: 1)).ShouldBe(taken < Data.Length ? ReadStatus.More : ReadStatus.Ended);
            position = next.Position;
        }
    }

    [Fact]
    public async Task Open_AtATime_ReadsFromThatTimeOn()
    {
        var source = new Log(Data);
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken))[0];
        var position = await source.PositionAtAsync(split, Start.AddSeconds(2), TestContext.Current.CancellationToken);
        await using var reader = await source.OpenAsync(split, position, TestContext.Current.CancellationToken);
        var sink = new ListSink();
        reader.Read(sink);
        Texts(sink).ShouldBe(["d", "e", "f"]);
        sink.EventTimes[0].ShouldBe(Start.AddSeconds(2).ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Read_RecordsOfThePositionAreGone_IsLost()
    {
        var split = new SourceSplit("all", default, null);
        var position = new TimePosition(Start.AddSeconds(1), 4).ToSourcePosition();
        await using var reader = await new Log(Data).OpenAsync(split, position, TestContext.Current.CancellationToken);
        Should.Throw<SourceLostException>(() => reader.Read(new ListSink())).Message.ShouldContain("has only 3 records");
    }

    [Fact]
    public async Task Read_TimesGoBack_IsRefused()
    {
        var split = new SourceSplit("all", default, null);
        await using var reader = await new Log([(2, "a"), (1, "b")]).OpenAsync(split, new TimePosition(Start, 0).ToSourcePosition(), TestContext.Current.CancellationToken);
        Should.Throw<SourceLostException>(() => reader.Read(new ListSink()));
    }

    [Fact]
    public async Task Read_BoundedSplit_EndsBeforeItsEnd()
    {
        var source = new Log(Data) { Split = new TimeSplit("all", Start, Start.AddSeconds(5)) };
        var split = (await source.GetSplitsAsync(TestContext.Current.CancellationToken))[0];
        await using var reader = await source.OpenAsync(split, split.Start, TestContext.Current.CancellationToken);
        var sink = new ListSink();
        reader.Read(sink).ShouldBe(ReadStatus.Ended);
        Texts(sink).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task Read_TooLongARecord_IsRejectedAndCounted()
    {
        var split = new SourceSplit("all", default, null);
        await using var reader = await new Log(Data).OpenAsync(split, new TimePosition(Start, 0).ToSourcePosition(), TestContext.Current.CancellationToken);
        var sink = new ListSink { RecordBytesMax = 0 };
        reader.Read(sink).ShouldBe(ReadStatus.Ended);
        sink.Rejections.Count.ShouldBe(Data.Length);
        reader.PositionText.ShouldContain("2 records");
    }

    [Fact]
    public async Task Read_NothingThereYet_IsIdleUntilThereIs()
    {
        var live = new Live();
        var split = (await live.GetSplitsAsync(TestContext.Current.CancellationToken))[0];
        var reader = await live.OpenAsync(split, split.Start, TestContext.Current.CancellationToken);
        var sink = new ListSink();
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        var wait = reader.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        wait.IsCompleted.ShouldBeFalse();
        live.Records.Writer.TryWrite(new TimedRecord(Start, "x"u8.ToArray())).ShouldBeTrue();
        await wait;
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        Texts(sink).ShouldBe(["x"]);

        // Closing ends a sequence that waits.
        await reader.DisposeAsync();
        live.WasStopped.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void Position_OfAnotherLength_IsRefused(int length) =>
        Should.Throw<FormatException>(() => TimePosition.From(new SourcePosition(new byte[length])));

    [Fact]
    public void Position_OutOfRange_IsRefused() =>
        Should.Throw<FormatException>(() => TimePosition.From(new SourcePosition(Enumerable.Repeat((byte)0xFF, 16).ToArray())));

    private static IEnumerable<string> Texts(ListSink sink) => sink.Records.Select(Encoding.UTF8.GetString);

    /// <summary>What a user writes.</summary>
    private sealed class Log((int Second, string Text)[] data) : TimeOnlySource
    {
        public TimeSplit? Split { get; init; }

        public override string Identity => "log";

        protected override ValueTask<IReadOnlyList<TimeSplit>> ListSplitsAsync(CancellationToken cancellation) =>
            Split is null ? base.ListSplitsAsync(cancellation) : ValueTask.FromResult<IReadOnlyList<TimeSplit>>([Split]);

        protected override async IAsyncEnumerable<TimedRecord> ReadFrom(string split, DateTimeOffset time, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            foreach (var (second, text) in data.Where(one => Start.AddSeconds(one.Second) >= time))
            {
                yield return new TimedRecord(Start.AddSeconds(second), Encoding.UTF8.GetBytes(text));
            }
        }
    }

    private sealed class Live : TimeOnlySource
    {
        public Channel<TimedRecord> Records { get; } = Channel.CreateUnbounded<TimedRecord>();

        public bool WasStopped { get; private set; }

        public override string Identity => "live";

        protected override async IAsyncEnumerable<TimedRecord> ReadFrom(string split, DateTimeOffset time, [EnumeratorCancellation] CancellationToken cancellation)
        {
            try
            {
                await foreach (var record in Records.Reader.ReadAllAsync(cancellation))
                {
                    yield return record;
                }
            }
            finally
            {
                WasStopped = cancellation.IsCancellationRequested;
            }
        }
    }
}

using System.Text;
using Gearpump.Graph;
using Gearpump.Runtime;
using Gearpump.Sdk.Tests.Support;

namespace Gearpump.Sdk.Tests.Pipeline;

public sealed class ChainTests
{
    [Fact]
    public void Process_WordCount_SplitsKeysAndCounts()
    {
        var graph = GraphBuilderTests.WordCountGraph().Build();
        using var lines = new ChainRun(graph, "lines");
        using var count = new ChainRun(graph, "count");
        lines.Send(Serde.Utf8, "to be or not  to be");
        foreach (var word in lines.Edges[0].Records)
        {
            word.HasKey.ShouldBeTrue();
            word.ValueIsKey.ShouldBeTrue("a word is its own key, sent once");
            word.KeyHash.ShouldBe(KeyGroups.Hash(word.Key.Span));
            count.Send(word);
        }

        count.Outputs[0].Pairs(Serde.Utf8, Serde.DecimalText)
            .ShouldBe([("to", 1), ("be", 1), ("or", 1), ("not", 1), ("to", 2), ("be", 2)]);
    }

    [Fact]
    public void Process_Undone_CountsTheRecordOnce()
    {
        var graph = GraphBuilderTests.WordCountGraph().Build();
        using var count = new ChainRun(graph, "count");
        count.Send(Word("a"));
        count.Chain.States.ShouldHaveSingleItem().Undo();
        count.Send(Word("a"));
        count.Outputs[0].Pairs(Serde.Utf8, Serde.DecimalText).Select(pair => pair.Value).ShouldBe([1, 1]);
    }

    [Fact]
    public void Process_NotUtf8_IsRejectedAtTheSource()
    {
        using var lines = new ChainRun(GraphBuilderTests.WordCountGraph().Build(), "lines");
        Should.Throw<RecordRejectedException>(() => lines.Send(new Record(new byte[] { 0xFF })));
        lines.Chain.CurrentStep.ShouldBe("lines");
    }

    [Fact]
    public void KeyBy_KeyEqualsTheValueButNotInBytes_SendsBoth()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static _ => 0.0).KeyBy(static _ => -0.0).To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "n");
        chain.Send(Serde.Double, 0.0);
        var record = chain.Edges[0].Records.ShouldHaveSingleItem();
        record.ValueIsKey.ShouldBeFalse();
        BitConverter.DoubleToInt64Bits(Serde.Double.Read(record.Value)).ShouldBe(0);
    }

    [Fact]
    public void KeyBy_ValueOfTheSameBytes_IsSentOnce()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n).KeyBy(static n => n % 10).To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "n");
        chain.Send(Serde.Int64, 7L);
        chain.Send(Serde.Int64, 17L);
        chain.Edges[0].Records.Select(record => record.ValueIsKey).ShouldBe([true, false]);
        chain.Edges[0].Pairs(Serde.Int64, Serde.Int64).ShouldBe([(7, 7), (7, 17)]);
    }

    [Fact]
    public void KeyBy_NullKey_IsRejected()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n).KeyBy(static _ => (string)null!).To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "n");
        Should.Throw<RecordRejectedException>(() => chain.Send(Serde.Int64, 7L)).Message.ShouldContain("key is null");
    }

    [Fact]
    public void To_OtherKeySerializer_EncodesTheKeyAnewWithItsHash()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n).KeyBy(static n => n).To("out", _ => new NoOutput(), Serde.DecimalText, Serde.DecimalText);
        var graph = builder.Build();
        using var source = new ChainRun(graph, "n");
        using var output = new ChainRun(graph, "out");
        source.Send(Serde.Int64, 42L);
        output.Send(source.Edges[0].Records[0]);
        var record = output.Outputs[0].Records.ShouldHaveSingleItem();
        Encoding.UTF8.GetString(record.Key.Span).ShouldBe("42");
        record.KeyHash.ShouldBe(KeyGroups.Hash("42"u8));
    }

    [Fact]
    public void Select_KeyAndValue_LeavesTheKeyBehind()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => "x").KeyBy(static x => x)
            .Process("count", static () => new WordCount())
            .Where("second", static n => n == 2)
            .Select("pair", static (word, n) => $"{word}={n}")
            .To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "count");
        chain.Send(Word("a"));
        chain.Send(Word("b"));
        chain.Send(Word("a"));
        chain.Outputs[0].Values(Serde.Utf8).ShouldBe(["a=2"]);
        chain.Outputs[0].Records[0].HasKey.ShouldBeFalse();
    }

    [Fact]
    public void Merge_StreamsOfOtherSerializers_AreReadAlike()
    {
        var builder = new GraphBuilder("job");
        var one = builder.From("one", new Gearpump.Sources.GeneratorSource<long>(1, static n => n, Serde.Int64), Serde.Int64);
        var two = builder.From("two", new Gearpump.Sources.GeneratorSource<long>(1, static n => n, Serde.DecimalText), Serde.DecimalText);
        one.Merge("both", two).To("out", _ => new NoOutput());
        var graph = builder.Build();
        using var first = new ChainRun(graph, "one");
        using var second = new ChainRun(graph, "two");
        using var merged = new ChainRun(graph, "both");
        first.Send(Serde.Int64, 12_345_678L);
        second.Send(Serde.DecimalText, 12_345_678L);
        merged.Send(first.Edges[0].Records[0], input: 0);
        merged.Send(second.Edges[0].Records[0], input: 1);
        merged.Outputs[0].Values(Serde.Int64).ShouldBe([12_345_678L, 12_345_678L]);
    }

    [Theory]
    [InlineData("map")]
    [InlineData("flat")]
    [InlineData("late")]
    [InlineData("process")]
    public void CurrentStep_WhenUserCodeThrows_IsItsStep(string faulty)
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n)
            .Select("map", n => Throw(n, "map"))
            .SelectMany("flat", n => new[] { Throw(n, "flat") })
            .SelectMany("late", n => Late(n))
            .Process("process", () => new Faulty(faulty == "process"))
            .To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "n");
        Should.Throw<DivideByZeroException>(() => chain.Send(Serde.Int64, 1L));
        chain.Chain.CurrentStep.ShouldBe(faulty);

        // What was emitted before has been through the steps behind.
        chain.Outputs[0].Records.Count.ShouldBe(faulty is "late" or "process" ? 1 : 0);

        long Throw(long n, string step) => step == faulty ? throw new DivideByZeroException() : n;

        IEnumerable<long> Late(long n)
        {
            yield return n;
            yield return Throw(n, "late");
        }
    }

    [Fact]
    public void Process_Message_HasClockAndEventTimeAndDecodesWhenAsked()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n).Rebalance("spread").Process("see", static () => new Seeing()).To("out", _ => new NoOutput());
        using var chain = new ChainRun(builder.Build(), "see");
        chain.Send(new Record(BitConverter.GetBytes(5L), eventTimeMs: 30), clock: 200);
        chain.Outputs[0].Values(Serde.Int64).ShouldBe([235L]);
        Should.Throw<RecordRejectedException>(() => chain.Send(new Record(new byte[3])));
        chain.Chain.CurrentStep.ShouldBe("see");
    }

    [Fact]
    public void Process_TaskOfServices_IsMadeWithThem()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => "x").KeyBy(static x => x)
            .Process("count", static services => (WordCount)services.GetService(typeof(WordCount))!).To("out", _ => new NoOutput());
        var task = new WordCount();
        using (new ChainRun(builder.Build(), "count", new One(task)))
        {
            task.IsDisposed.ShouldBeFalse();
        }

        task.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void CreateChain_FactoryThrows_NamesTheStep()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => "x").KeyBy(static x => x)
            .Process("count", static PersistentTask<string, long, long> (IServiceProvider _) => throw new InvalidOperationException("no luck")).To("out", _ => new NoOutput());
        var graph = builder.Build();
        Should.Throw<InvalidOperationException>(() => new ChainRun(graph, "count")).Message.ShouldBe("step 'count': its task cannot be made: no luck");
    }

    [Fact]
    public void Process_KeyedCount_AllocatesNothingARecord()
    {
        var graph = GraphBuilderTests.WordCountGraph().Build();
        var stage = graph.Stages.Single(one => one.Name == "count");
        using var chain = stage.CreateChain(new TaskSetup(NoServices.Instance, 0, 1, KeyGroupRange.All, [], [new DiscardingWriter()]));
        var words = Enumerable.Range(0, 100).Select(n => Word($"word-{n}")).ToArray();
        Run(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000, "100,000 records");

        void Run(int times)
        {
            for (var time = 0; time < times; time++)
            {
                foreach (var word in words)
                {
                    chain.States[0].BeginRecord();
                    chain.Process(0, word, time);
                }
            }
        }
    }

    [Fact]
    public void ProcessMessage_WithoutAnEngine_CanBeTestedByHand()
    {
        var task = new WordCount();
        var state = task.CreateState();
        var output = new Emitted();
        task.ProcessMessage(state, new Message<string>("a", 1), output);
        task.ProcessMessage(state, new Message<string>("a", 2), output);
        output.Values.ShouldBe([1, 2]);
    }

    private static Record Word(string word)
    {
        var key = Encoding.UTF8.GetBytes(word);
        return new Record(KeyGroups.Hash(key), key, default, valueIsKey: true, Gearpump.Sources.IRecordSink.NoEventTime);
    }

    private sealed class Emitted : IEmitter<long>
    {
        public List<long> Values { get; } = [];

        public void Emit(long value) => Values.Add(value);
    }

    private sealed class One(WordCount task) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(WordCount) ? task : null;
    }

    private sealed class Faulty(bool throws) : PersistentTask<long, long, long>
    {
        public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

        public override void ProcessMessage(PersistentState<long> state, Message<long> message, IEmitter<long> output)
        {
            output.Emit(message.Value);
            if (throws)
            {
                throw new DivideByZeroException();
            }
        }
    }

    private sealed class Seeing : PersistentTask<long, long, long>
    {
        public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

        public override void ProcessMessage(PersistentState<long> state, Message<long> message, IEmitter<long> output)
        {
            state.Update(message.Timestamp, message.Timestamp + message.EventTimeMs + message.Value);
            output.Emit(state.Value);
        }
    }
}

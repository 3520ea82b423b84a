using Gearpump.Graph;
using Gearpump.Sdk.Tests.Support;
using Gearpump.Sources;

namespace Gearpump.Sdk.Tests.Pipeline;

public sealed class GraphBuilderTests
{
    [Fact]
    public void Build_WordCount_IsTwoStages()
    {
        var graph = WordCountGraph().Build();
        graph.Stages.Select(stage => stage.Name).ShouldBe(["lines", "count"]);
        graph.Stages[0].Steps.Select(step => step.Name).ShouldBe(["lines", "split", "split-key"]);
        graph.Stages[0].Source.ShouldNotBeNull();
        graph.Stages[1].Steps.Select(step => step.Name).ShouldBe(["count", "counts"]);
        graph.Stages[1].Outputs.Select(output => output.Step).ShouldBe(["counts"]);
        graph.Edges.ShouldBe([new EdgeDefinition("lines", "count", Routing.Hash)]);
    }

    [Fact]
    public void Describe_WordCount_SaysThePlan()
    {
        var text = WordCountGraph().Build().Describe();
        text.ShouldContain("job word-count");
        text.ShouldContain("stage lines (source");
        text.ShouldContain("-> count by hash");
        text.ShouldContain("count: process, state utf8/1 to sum(Int64) as int64/1");
    }

    [Fact]
    public void Build_TheSameProgramTwice_HasTheSamePlan() => WordCountGraph().Build().Describe().ShouldBe(WordCountGraph().Build().Describe());

    [Fact]
    public void Build_ManyErrors_AreNamedAtOnce()
    {
        var builder = new GraphBuilder("Not A Name");
        var lines = builder.FromGenerator("lines", 1, static n => "x");
        lines.Where("same", static _ => true).To("same", _ => new NoOutput());
        lines.Where("Upper", static _ => true);
        var message = Should.Throw<GraphException>(() => builder.Build(new JobSettings { CheckpointInterval = TimeSpan.Zero, Retries = -1, RecordBytesMax = 0 })).Message;
        message.ShouldContain("job name 'Not A Name'");
        message.ShouldContain("step name 'Upper'");
        message.ShouldContain("'same' is used 2 times");
        message.ShouldContain("nothing follows step 'Upper'");
        message.ShouldContain("checkpoint interval");
        message.ShouldContain("retries -1");
        message.ShouldContain("record limit 0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a_b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    public void Build_IllegalStepName_IsNamed(string name)
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator(name, 1, static n => n).To("out", _ => new NoOutput());
        Should.Throw<GraphException>(() => builder.Build()).Message.ShouldContain($"step name '{name}'");
    }

    [Fact]
    public void Build_NameLengths_SixtyThreeIsTheLimit()
    {
        BuildNamed(new string('a', 63)).Stages[0].Name.Length.ShouldBe(63);
        Should.Throw<GraphException>(() => BuildNamed(new string('a', 64)));
    }

    [Fact]
    public void Build_NoSource_IsNamed() => Should.Throw<GraphException>(() => new GraphBuilder("job").Build()).Message.ShouldContain("no source");

    [Fact]
    public void KeyBy_WithoutASerializer_NamesStepAndType()
    {
        var builder = new GraphBuilder("job");
        var keyed = builder.FromGenerator("n", 1, static n => n).KeyBy(static n => Guid.Empty);
        keyed.Select("when", static n => DateTime.MinValue).To("out", _ => new NoOutput());
        var message = Should.Throw<GraphException>(() => builder.Build()).Message;
        message.ShouldContain("step 'n-key': there is no default serializer for System.Guid");
        message.ShouldContain("step 'out': there is no default serializer for System.DateTime");
    }

    [Fact]
    public void Build_TaskThatCannotBeMade_NamesTheStep()
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => "x").KeyBy(static x => x)
            .Process("count", static PersistentTask<string, long, long> () => throw new InvalidOperationException("no luck")).To("out", _ => new NoOutput());
        Should.Throw<GraphException>(() => builder.Build()).Message.ShouldBe("step 'count': its task cannot be made: no luck");
    }

    [Fact]
    public void Merge_StreamOfAnotherGraph_IsRefused()
    {
        var one = new GraphBuilder("one").FromGenerator("n", 1, static n => n);
        var two = new GraphBuilder("two").FromGenerator("n", 1, static n => n);
        one.Merge("both", two).To("out", _ => new NoOutput());
        Should.Throw<GraphException>(() => one.Graph.Build()).Message.ShouldContain("another graph");
    }

    [Fact]
    public void Build_TwoSourcesMerged_HasAnEdgeFromEach()
    {
        var builder = new GraphBuilder("job");
        var one = builder.FromGenerator("one", 1, static n => n);
        var two = builder.FromGenerator("two", 1, static n => n);
        one.Merge("both", two).To("out", _ => new NoOutput());
        builder.Build().Edges.ShouldBe([new EdgeDefinition("one", "both", Routing.RoundRobin), new EdgeDefinition("two", "both", Routing.RoundRobin)]);
    }

    [Fact]
    public void Build_RebalanceAndBroadcast_BeginStages()
    {
        var builder = new GraphBuilder("job");
        var numbers = builder.FromGenerator("n", 1, static n => n);
        numbers.Rebalance("spread").Select("twice", static n => 2 * n).To("out", _ => new NoOutput());
        numbers.Broadcast("all").To("everywhere", _ => new NoOutput());
        var graph = builder.Build();
        graph.Stages.Select(stage => stage.Name).ShouldBe(["n", "twice", "everywhere"]);
        graph.Edges.Select(edge => edge.Routing).ShouldBe([Routing.RoundRobin, Routing.Broadcast]);
    }

    [Fact]
    public void DeadLetters_FirstSuggestionCountsUnlessTheProgramSaysOtherwise()
    {
        var (first, second, own) = (new NoOutput(), new NoOutput(), new NoOutput());
        var builder = new GraphBuilder("job");
        builder.FromGenerator("n", 1, static n => n).To("out", _ => new NoOutput());
        builder.Build().DeadLetters.ShouldBeNull();
        builder.SuggestDeadLetters(_ => first);
        builder.SuggestDeadLetters(_ => second);
        builder.Build().DeadLetters!(NoServices.Instance).ShouldBeSameAs(first);
        builder.DeadLettersTo(_ => own);
        builder.SuggestDeadLetters(_ => second);
        builder.Build().DeadLetters!(NoServices.Instance).ShouldBeSameAs(own);
    }

    internal static GraphBuilder WordCountGraph()
    {
        var builder = new GraphBuilder("word-count");
        builder
            .From("lines", _ => (ITimeReplayableSource)new GeneratorSource<string>(1, static _ => "a b", Serde.Utf8), Serde.Utf8)
            .SelectMany("split", static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .KeyBy(static word => word)
            .Process("count", static () => new WordCount())
            .To("counts", _ => new NoOutput(), Serde.Utf8, Serde.DecimalText);
        return builder;
    }

    private static JobGraph BuildNamed(string name)
    {
        var builder = new GraphBuilder("job");
        builder.FromGenerator(name, 1, static n => n).To("out", _ => new NoOutput());
        return builder.Build();
    }
}

using Confluent.Kafka;
using Gearpump.EndToEnd.Support;
using Gearpump.Testing.Containers;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>The word count over Kafka by its command line. Real: processes, gRPC, Kafka 4.2.1 in a container, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class KafkaTests(KafkaServer kafka)
{
    private const int Lines = 2_000;

    [Fact]
    public async Task Run_StateWipedWhileTheTopicsStay_ANewInstanceWritesEverything()
    {
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();
        using var feeder = new TopicFeeder(brokers);
        var (from, to) = await FillAsync(feeder);
        string[] arguments = ["--kafka", brokers, "--from", from, "--to", to, "--until-end", "--output", folder.Output];

        var (code, output) = await WordCountProgram.RunAsync(arguments);
        code.ShouldBe(0, output);
        folder.ReadCounts().ShouldBe(feeder.Counts, ignoreOrder: true);
        Directory.Delete(folder.State, recursive: true);
        (code, output) = await WordCountProgram.RunAsync(arguments);

        code.ShouldBe(0, output);
        using var updates = new RepeatedTopicUpdates(brokers, to, TopicFeeder.Partitions);
        var words = feeder.Counts.Values.Sum();
        await WaitAsync.ForAsync("both instances' updates", () =>
        {
            updates.ReadNew();
            return updates.Repeated == words;
        });
        updates.Different.ShouldBe(words);
        updates.Last.ShouldBe(feeder.Counts, ignoreOrder: true);
    }

    [Fact]
    public async Task Run_SomebodysTransactionIsOpenBesideTheMarker_StillExact()
    {
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();
        using var feeder = new TopicFeeder(brokers);
        var (from, to) = await FillAsync(feeder);
        string[] arguments = ["--kafka", brokers, "--from", from, "--to", to, "--until-end", "--output", folder.Output];
        (await WordCountProgram.RunAsync(arguments)).Code.ShouldBe(0);

        using var other = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = brokers, TransactionalId = $"other-{Guid.NewGuid():n}" }).Build();
        other.InitTransactions(TimeSpan.FromSeconds(20));
        other.BeginTransaction();
        await other.ProduceAsync(
            new TopicPartition("gearpump-word-count-markers", 0), new Message<string, string> { Key = "somebody/else/0", Value = "" }, TestContext.Current.CancellationToken);
        using var again = WordCountProgram.Start([.. arguments, "--fresh", "--log", "warning"]);
        await WaitAsync.ForAsync("an output that says why it stalls", () => again.Output.Contains("a transaction is open", StringComparison.Ordinal));
        other.AbortTransaction(TimeSpan.FromSeconds(20));

        (await again.ExitAsync()).ShouldBe(0, again.Output);
        using var updates = new RepeatedTopicUpdates(brokers, to, TopicFeeder.Partitions);
        var words = feeder.Counts.Values.Sum();
        await WaitAsync.ForAsync("both instances' updates", () =>
        {
            updates.ReadNew();
            return updates.Repeated >= words;
        });
        updates.Repeated.ShouldBe(words, "the second instance writes each update once");
    }

    [Fact]
    public async Task Run_FromTheEndAndKilledBeforeItsFirstCut_SkipsNothing()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();
        using var before = new TopicFeeder(brokers);
        var (from, to) = await FillAsync(before);
        using var feeder = new TopicFeeder(brokers);
        string[] arguments = ["--kafka", brokers, "--from", from, "--to", to, "--from-end", "--output", folder.Output];
        using (var first = WordCountProgram.Start([.. arguments, "--checkpoint", "1h"]))
        {
            await WaitAsync.ForAsync("a job that runs", () => first.Output.Contains("running", StringComparison.Ordinal));
            await feeder.WriteAsync(from, Lines / 2, double.PositiveInfinity, static () => true);
            await WaitAsync.ForAsync("records that it has read", () => ReadSome(first.Output));
            first.Kill();
            await first.ExitAsync();
            first.Output.ShouldContain("(cut 0)");
            first.Output.ShouldNotContain("(cut 1)");
        }

        await feeder.WriteAsync(from, Lines / 2, double.PositiveInfinity, static () => true);
        using var updates = new TopicUpdates(brokers, to, TopicFeeder.Partitions);
        using var second = WordCountProgram.Start([.. arguments, "--checkpoint", "300ms"]);
        await WaitAsync.ForAsync("all updates", () =>
        {
            updates.ReadNew();
            return updates.Last.Values.Sum() >= feeder.Counts.Values.Sum();
        });
        second.Interrupt();
        (await second.ExitAsync()).ShouldBe(0, second.Output);
        updates.ReadNew();
        updates.CheckAgainst(feeder.Counts);
    }

    [Fact]
    public async Task Run_NoSuchTopic_Exits78NamingIt()
    {
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();

        var (code, output) = await WordCountProgram.RunAsync("--kafka", brokers, "--from", "not-there", "--to", "not-there-either", "--output", folder.Output);

        code.ShouldBe(78, output);
        output.ShouldContain("'not-there'");
    }

    [Fact]
    public async Task Run_NobodyAnswers_WaitsAndExits69()
    {
        using var folder = new TextFolder();

        var (code, output) = await WordCountProgram.RunAsync("--kafka", "127.0.0.1:1", "--output", folder.Output, "--Gearpump:StartUpTimeout=2s");

        code.ShouldBe(69, output);
        output.ShouldContain("waiting for");
    }

    [Fact]
    public async Task Run_SettingThatBreaksTheGuarantee_Exits78NamingIt()
    {
        using var folder = new TextFolder();

        var (code, output) = await WordCountProgram.RunAsync("--kafka", "127.0.0.1:1", "--output", folder.Output, "--kafka-config", "isolation.level=read_uncommitted");

        code.ShouldBe(78, output);
        output.ShouldContain("isolation.level");
    }

    private static bool ReadSome(string output) => output.Split(Environment.NewLine).Any(static line =>
        line.Contains(" records/s", StringComparison.Ordinal) && !line.Contains(" 0 records/s", StringComparison.Ordinal));

    private static async Task<(string From, string To)> FillAsync(TopicFeeder feeder)
    {
        var (from, to) = await feeder.CreateBothAsync();
        await feeder.WriteAsync(from, Lines, double.PositiveInfinity, static () => true);
        return (from, to);
    }
}

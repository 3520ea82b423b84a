using Confluent.Kafka.Admin;
using Gearpump.EndToEnd.Support;
using Gearpump.Testing.Containers;
using Shouldly;
using Xunit;

[assembly: AssemblyFixture(typeof(SecureKafkaServer))]

namespace Gearpump.EndToEnd;

/// <summary>
/// The word count on a broker that asks who one is and allows nothing by itself. Real: processes, gRPC, Kafka 4.2.1 with SASL and
/// StandardAuthorizer in a container, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class KafkaRightsTests(SecureKafkaServer kafka, ITestOutputHelper output)
{
    private const string Job = "word-count";
    private const string Markers = $"gearpump-{Job}-markers";

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    public async Task Run_WrongSecret_Exits78NamingUserAndMechanismNeverTheSecret(string mechanism)
    {
        const string Secret = "not-the-secret-0815";
        using var folder = new TextFolder();
        var arguments = Arguments(folder, await kafka.BootstrapServersAsync(), "text", "counts", SecureKafkaServer.Admin, Secret, mechanism);

        var (code, said) = await WordCountProgram.RunAsync(arguments);

        code.ShouldBe(78, said);
        var line = said.Trim().Split(Environment.NewLine).ShouldHaveSingleItem();
        line.ShouldContain($"user '{SecureKafkaServer.Admin}' by {mechanism}");
        line.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("input", AclOperation.Read)]
    [InlineData("input", AclOperation.Describe)]
    [InlineData("output", AclOperation.Write)]
    [InlineData("output", AclOperation.Describe)]
    [InlineData("markers", AclOperation.Create)]
    [InlineData("markers", AclOperation.Read)]
    [InlineData("markers", AclOperation.Write)]
    [InlineData("transactions", AclOperation.Write)]
    public async Task Run_ARightIsMissing_Exits78NamingWhatAndOperation(string on, AclOperation operation)
    {
        using var folder = new TextFolder();
        using var feeder = new TopicFeeder(await kafka.AdminSettingsAsync());
        var (from, to) = await feeder.CreateBothAsync();
        if (on == "markers" && operation == AclOperation.Create)
        {
            await feeder.DeleteAsync(Markers);
        }

        var user = await kafka.NewUserAsync();
        await user.AllowJobAsync(Job, from, to);
        var right = on switch
        {
            "input" => KafkaRight.Topic(from, operation),
            "output" => KafkaRight.Topic(to, operation),
            "markers" => KafkaRight.Topic(Markers, operation),
            _ => KafkaRight.Transactions(Job, operation),
        };
        await user.WithdrawAsync(right);
        // A right to read or to write holds the one to describe.
        if (operation == AclOperation.Describe)
        {
            await user.WithdrawAsync(KafkaRight.Topic(right.Pattern.Name, on == "input" ? AclOperation.Read : AclOperation.Write));
        }

        var (code, said) = await WordCountProgram.RunAsync(Arguments(folder, user, await kafka.BootstrapServersAsync(), from, to));

        code.ShouldBe(78, said);
        var line = said.Trim().Split(Environment.NewLine).ShouldHaveSingleItem();
        line.ShouldContain($"'{right.Pattern.Name}");
        line.ShouldContain($"{operation}");
        line.ShouldContain($"user '{user.Name}'");
        line.ShouldNotContain(user.Secret);
    }

    [Fact]
    public async Task Run_RightsOfTheDocsWithdrawnOneByOne_StallsNamingItAndGoesOnExactly()
    {
        using var folder = new TextFolder();
        var admin = await kafka.AdminSettingsAsync();
        using var feeder = new TopicFeeder(admin);
        var (from, to) = await feeder.CreateBothAsync();
        var user = await kafka.NewUserAsync();
        await user.AllowJobAsync(Job, from, to);
        var enough = false;
        var feeding = feeder.WriteAsync(from, 0, 100, () => Volatile.Read(ref enough));
        using var updates = new TopicUpdates(admin, to, TopicFeeder.Partitions);
        using var job = WordCountProgram.Start([.. Arguments(folder, user, await kafka.BootstrapServersAsync(), from, to), "--checkpoint", "300ms"]);
        job.Show(output);
        await NewAsync(updates, 0, "the start");

        foreach (var (right, name) in new[]
        {
            (KafkaRight.Topic(from, AclOperation.Read), from),
            (KafkaRight.Topic(to, AclOperation.Write), to),
            (KafkaRight.Topic(Markers, AclOperation.Write), Markers),
            (KafkaRight.Topic(Markers, AclOperation.Read), Markers),
            (KafkaRight.Transactions(Job, AclOperation.Write), $"{Job}/"),
        })
        {
            var before = job.Output.Length;
            output.WriteLine($"withdrawing {right}");
            await user.WithdrawAsync(right);
            await WaitAsync.ForAsync($"a line that says what is missing: {right}", () => job.Output[before..].Split(Environment.NewLine).Any(line =>
                line.Contains("stalled", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal)));
            await user.AllowAsync(right);
            updates.ReadNew();
            await NewAsync(updates, updates.Last.Values.Sum(), $"{right} was given back");
        }

        Volatile.Write(ref enough, true);
        await feeding;
        await WaitAsync.ForAsync("all updates", () =>
        {
            updates.ReadNew();
            return updates.Last.Values.Sum() >= feeder.Counts.Values.Sum();
        });
        job.Interrupt();
        (await job.ExitAsync()).ShouldBe(0, job.Output);
        updates.CheckAgainst(feeder.Counts);
        feeder.OpenPartitions(to).ShouldBeEmpty("no transaction may be left open");
        job.Output.ShouldContain("restarts 0");
        job.Output.ShouldNotContain("restarts 1");
    }

    private static Task NewAsync(TopicUpdates updates, long before, string after) => WaitAsync.ForAsync($"new committed output after {after}", () =>
    {
        updates.ReadNew();
        return updates.Last.Values.Sum() > before;
    });

    private static string[] Arguments(TextFolder folder, SecureKafkaUser user, string brokers, string from, string to) =>
        Arguments(folder, brokers, from, to, user.Name, user.Secret, "SCRAM-SHA-256");

    private static string[] Arguments(TextFolder folder, string brokers, string from, string to, string user, string secret, string mechanism) =>
    [
        "--kafka", brokers, "--from", from, "--to", to, "--output", folder.Output, "--kafka-config", "security.protocol=SASL_PLAINTEXT",
        "--kafka-config", $"sasl.mechanism={mechanism}", "--kafka-config", $"sasl.username={user}", "--kafka-config", $"sasl.password={secret}",
    ];
}

using Gearpump.EndToEnd.Support;
using Gearpump.Testing.Containers;
using Shouldly;
using Xunit;

[assembly: AssemblyFixture(typeof(KafkaServer))]

namespace Gearpump.EndToEnd;

/// <summary>
/// Kafka to Kafka, exactly once, on processes that are killed and stopped and a broker that is killed, while a read_committed
/// consumer reads. Real: processes, signals, gRPC, Kafka 4.2.1 in a container, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class KafkaFaultTests(KafkaServer kafka, ITestOutputHelper output)
{
    private static readonly long Lines = Faults.Large ? 1_000_000 : 30_000;
    private static readonly double LinesPerSecond = Faults.Large ? 5_000 : 500;

    [Fact]
    public async Task Run_KillsAndStopsAndBrokerKills_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();
        var (from, to) = ($"text-{Guid.NewGuid():n}", $"counts-{Guid.NewGuid():n}");
        using var feeder = new TopicFeeder(brokers);
        await feeder.CreateAsync(from, to);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Checkpoint = "1s",
            Input = ["--kafka", brokers, "--from", from, "--to", to],
            Updates = new TopicUpdates(brokers, to, TopicFeeder.Partitions),
            Failpoints = (_, _) => Faults.Failpoints(folder),
        });
        var enough = false;
        var feeding = feeder.WriteAsync(from, Lines, LinesPerSecond, () => Volatile.Read(ref enough));
        var faults = new Faults(cluster, folder, output);
        await cluster.NewOutputAsync(1, "the start");

        await faults.KillAsync(Faults.Large ? 20 : 4);
        await faults.StopAsync(Faults.Large ? 10 : 1);
        for (var broker = 0; broker < (Faults.Large ? 2 : 1); broker++)
        {
            var cut = (await cluster.StatusAsync())?.Cut ?? 0;
            await kafka.KillAndRestartAsync();
            await cluster.OutputBehindAsync(cut + 2, "the broker was killed");
        }

        Volatile.Write(ref enough, true);
        await feeding;
        var words = feeder.Counts.Values.Sum();
        await cluster.AllUpdatesAsync(words);
        await cluster.StopExactlyAsync(feeder.Counts);

        output.WriteLine($"{words:N0} updates; faults during: {string.Join(", ", faults.Fell.Select(pair => $"{pair.Key} {pair.Value}"))}");
        faults.Fell.Values.ShouldAllBe(count => count > 0);
        feeder.OpenPartitions(to).ShouldBeEmpty("no transaction may be left open");
    }

    [Fact]
    public async Task AtLeastOnce_KillsAndABrokerKill_NothingLostAndEveryLastCountRight()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        var brokers = await kafka.BootstrapServersAsync();
        using var folder = new TextFolder();
        var (from, to) = ($"text-{Guid.NewGuid():n}", $"counts-{Guid.NewGuid():n}");
        using var feeder = new TopicFeeder(brokers);
        await feeder.CreateAsync(from, to);
        var updates = new RepeatedTopicUpdates(brokers, to, TopicFeeder.Partitions);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            AtLeastOnce = true,
            Input = ["--kafka", brokers, "--from", from, "--to", to],
            Updates = updates,
        });
        var enough = false;
        var feeding = feeder.WriteAsync(from, Lines / 3, LinesPerSecond, () => Volatile.Read(ref enough));

        foreach (var victim in cluster.Processes.Names)
        {
            await cluster.CutsAsync(2);
            cluster.Processes.Signal(victim, "KILL").ShouldNotBe(0);
        }

        await cluster.CutsAsync(2);
        await kafka.KillAndRestartAsync();
        await cluster.CutsAsync(3);
        Volatile.Write(ref enough, true);
        await feeding;
        var words = feeder.Counts.Values.Sum();
        await cluster.AllUpdatesAsync(words, () => updates.Different);
        await cluster.StopExactlyAsync(feeder.Counts);

        updates.Different.ShouldBe(words);
        output.WriteLine($"at least once: {words:N0} updates, {updates.Repeated:N0} of them repeated, none lost");
    }
}

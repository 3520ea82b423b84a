using Gearpump.EndToEnd.Support;
using Gearpump.Testing.Containers;
using Gearpump.Testing.Proxies;
using Shouldly;
using Xunit;

[assembly: AssemblyFixture(typeof(RedisServer))]
[assembly: AssemblyFixture(typeof(S3Server))]

namespace Gearpump.EndToEnd;

/// <summary>
/// Kafka to Kafka with log and snapshots in S3 and the clocks in a Redis server, each of them failing in its way. Real: processes,
/// signals, gRPC, Kafka 4.2.1, Redis 7.0 and an S3 server (versitygw 1.8.0) in containers, the last behind a proxy.
/// </summary>
[Collection("faults")]
public sealed class RealServicesTests(KafkaServer kafka, RedisServer redis, S3Server s3, ITestOutputHelper output)
{
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(Faults.Large ? 60 : 6);
    private static readonly TimeSpan PausedFor = TimeSpan.FromSeconds(Faults.Large ? 60 : 10);
    private static readonly long Lines = Faults.Large ? 300_000 : 10_000;
    private static readonly double LinesPerSecond = Faults.Large ? 2_000 : 300;

    [Fact]
    public async Task Run_KillsAndRedisFlushedAndPausedAndS3Busy_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        var brokers = await kafka.BootstrapServersAsync();
        await using var store = await HttpProxy.StartAsync(await s3.EndpointAsync());
        using var folder = new TextFolder();
        using var feeder = new TopicFeeder(brokers);
        var (from, to) = await feeder.CreateBothAsync();
        var place = $"s3://{await s3.NewBucketAsync()}/state";
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Checkpoint = "1s",
            Input = ["--kafka", brokers, "--from", from, "--to", to, "--s3", place, "--s3-endpoint", store.Endpoint],
            State = place,
            Engine = [$"--Gearpump:S3Endpoint={store.Endpoint}"],
            Environment = new Dictionary<string, string> { ["Gearpump__S3AccessKey"] = S3Server.AccessKey, ["Gearpump__S3SecretKey"] = S3Server.SecretKey },
            Redis = await redis.EndpointAsync(),
            Updates = new TopicUpdates(brokers, to, TopicFeeder.Partitions),
            Failpoints = (_, _) => Faults.Failpoints(folder),
        });
        var enough = false;
        var feeding = feeder.WriteAsync(from, Lines, LinesPerSecond, () => Volatile.Read(ref enough));
        var faults = new Faults(cluster, folder, output);
        await cluster.NewOutputAsync(1, "the start");

        await FlushRedisWhileTheCoordinatorDiesAsync(cluster);
        await PauseRedisAsync(cluster);
        await KeepS3BusyAsync(cluster, store);
        await faults.KillAsync(Faults.Large ? 12 : 4);

        Volatile.Write(ref enough, true);
        await feeding;
        var words = feeder.Counts.Values.Sum();
        await cluster.AllUpdatesAsync(words);
        await cluster.StopExactlyAsync(feeder.Counts);
        feeder.OpenPartitions(to).ShouldBeEmpty("no transaction may be left open");
        Directory.Exists(folder.State).ShouldBeFalse("the state is in S3");
        output.WriteLine($"{words:N0} updates; faults during: {string.Join(", ", faults.Fell.Select(static pair => $"{pair.Key} {pair.Value}"))}");
    }

    [Fact]
    public async Task Run_S3DoesNotHeedTheCondition_Exits78NamingIt()
    {
        await using var forgetful = await ForgetfulS3.StartAsync();
        using var folder = new TextFolder();

        var (code, said) = await WordCountProgram.RunAsync(
            "--input", folder.Input, "--output", folder.Output, "--s3", "s3://bucket/state", "--s3-endpoint", forgetful.Endpoint,
            "--Gearpump:S3AccessKey=any", "--Gearpump:S3SecretKey=any");

        code.ShouldBe(78, said);
        said.Trim().Split(Environment.NewLine).ShouldHaveSingleItem().ShouldContain("s3://bucket/state");
    }

    [Theory]
    [InlineData("Redis", "--redis", "127.0.0.1:1")]
    [InlineData("s3://bucket/state", "--s3-endpoint", "http://127.0.0.1:1")]
    public async Task Run_NobodyAnswersAtTheStart_IsWaitedForAndExits69(string what, string option, string address)
    {
        using var folder = new TextFolder();
        File.WriteAllText(Path.Combine(folder.Input, "a.txt"), "a b c");
        string[] place = what == "Redis" ? [] : ["--s3", what, "--Gearpump:S3AccessKey=any", "--Gearpump:S3SecretKey=any"];

        var (code, said) = await WordCountProgram.RunAsync(
            ["--input", folder.Input, "--output", folder.Output, option, address, .. place, "--Gearpump:StartUpTimeout=3s"]);

        code.ShouldBe(69, said);
        said.ShouldContain($"waiting for {what}");
        said.Trim().Split(Environment.NewLine)[^1].ShouldContain("could not be reached within 3 s");
    }

    private async Task FlushRedisWhileTheCoordinatorDiesAsync(JobCluster cluster)
    {
        cluster.Processes.Signal("coordinator", "KILL").ShouldNotBe(0);
        await redis.CommandAsync("FLUSHALL");
        await cluster.NewOutputAsync(2, "Redis was flushed and the coordinator killed");
        await WaitAsync.ForAsync("the clocks to be back in Redis", async () =>
        {
            cluster.ReadCommitted();
            return (await redis.CommandAsync("KEYS", "*word-count*")).Length > 0;
        });
    }

    private async Task PauseRedisAsync(JobCluster cluster)
    {
        var rollbacks = (await cluster.StatusAsync()).ShouldNotBeNull().Rollbacks;
        await redis.PauseAsync();
        try
        {
            var over = Task.Delay(PausedFor, TestContext.Current.CancellationToken);
            await WaitAsync.ForAsync("a status that says that Redis is behind", async () => cluster.ReadCommitted() | await cluster.StatusAsync() is { ClockMirror.Length: > 0 });
            do
            {
                await cluster.OutputBehindAsync((await cluster.StatusAsync())?.Cut ?? 0, "Redis was paused");
            }
            while (!over.IsCompleted);
        }
        finally
        {
            await redis.UnpauseAsync();
        }

        await WaitAsync.ForAsync("a status that says that Redis is up to date", async () => cluster.ReadCommitted() | await cluster.StatusAsync() is { ClockMirror.Length: 0 });
        (await cluster.StatusAsync()).ShouldNotBeNull().Rollbacks.ShouldBe(rollbacks, "nobody needs Redis");
    }

    private static async Task KeepS3BusyAsync(JobCluster cluster, HttpProxy store)
    {
        var cut = (await cluster.StatusAsync())?.Cut ?? 0;
        var refused = 0;
        store.Fault = _ =>
        {
            Interlocked.Increment(ref refused);
            return HttpFault.SlowDown;
        };
        await Task.Delay(BusyFor, TestContext.Current.CancellationToken);
        refused.ShouldBePositive();
        store.Fault = static _ => HttpFault.None;
        await cluster.OutputBehindAsync(cut + 1, "S3 was busy");
    }
}

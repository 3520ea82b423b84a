using Gearpump.EndToEnd.Support;
using Gearpump.Testing.Containers;
using Gearpump.Testing.Proxies;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>
/// Ends of transactions that go astray between the publisher and the broker. Real: the word count's process, gRPC, Kafka 4.2.1 in a
/// container behind a proxy that reads Kafka's requests, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class KafkaTransactionTests(KafkaServer kafka, ITestOutputHelper output)
{
    private const int Lines = 2_000;

    [Fact]
    public async Task EndTxn_ItsReplyIsLost_ANewProducerReadsTheMarkerAndNothingIsDoubled()
    {
        var brokers = await kafka.BootstrapServersAsync();
        await using var proxy = new KafkaProxy(brokers);
        var (lost, renewed) = (0, 0);

        // The client repeats the request by itself, under the same epoch; so every answer is lost until a new producer comes.
        proxy.Fault = request =>
        {
            if (request.Api == KafkaApi.EndTxn && Volatile.Read(ref renewed) == 0)
            {
                Interlocked.Increment(ref lost);
                return KafkaFault.LosesAnswer;
            }

            if (request.Api == KafkaApi.InitProducerId && Volatile.Read(ref lost) > 0)
            {
                Interlocked.Increment(ref renewed);
            }

            return KafkaFault.None;
        };

        await RunExactlyAsync(brokers, proxy);

        renewed.ShouldBePositive("a new producer had to be made");
        proxy.EndTxnAnswers.First().Error.ShouldBe((short)0, "the broker has committed what it answered to");
        output.WriteLine($"{lost} replies lost, {renewed} new producers; ends of transactions: {string.Join(' ', proxy.EndTxnAnswers.Select(static answer => answer.Error))}");
    }

    [Fact]
    public async Task EndTxn_HeldBackIntoTheNextTransaction_IsRefusedAndCommitsNoHalf()
    {
        var brokers = await kafka.BootstrapServersAsync();
        await using var proxy = new KafkaProxy(brokers);
        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (held, renewed, produced) = (0, 0, 0);
        proxy.Fault = request =>
        {
            switch (request.Api)
            {
                case KafkaApi.EndTxn when Volatile.Read(ref renewed) == 0:
                    Interlocked.Increment(ref held);
                    return KafkaFault.HeldUntil(delivered.Task);
                case KafkaApi.InitProducerId when Volatile.Read(ref held) > 0:
                    Interlocked.Increment(ref renewed);
                    return KafkaFault.None;

                // The next transaction has begun, part of it is written: now the late ones arrive, and the rest waits for their answers.
                case KafkaApi.Produce when Volatile.Read(ref renewed) > 0 && Interlocked.Increment(ref produced) == 2:
                    delivered.SetResult();
                    return new KafkaFault(Wait: WaitAsync.ForAsync("the answers to what came late", () => proxy.EndTxnAnswers.Count >= held));
                default:
                    return KafkaFault.None;
            }
        };

        await RunExactlyAsync(brokers, proxy);

        produced.ShouldBeGreaterThan(2, "the late ones arrived in the midst of a transaction");
        proxy.EndTxnAnswers.Take(held).ShouldAllBe(static answer => answer.Error != 0);
        proxy.EndTxnAnswers.Skip(held).ShouldContain(static answer => answer.Error == 0);
        output.WriteLine($"{held} ends held back; answers: {string.Join(' ', proxy.EndTxnAnswers.Select(static answer => answer.Error))}");
    }

    private static async Task RunExactlyAsync(string brokers, KafkaProxy proxy)
    {
        using var folder = new TextFolder();
        using var feeder = new TopicFeeder(brokers);
        var (from, to) = await feeder.CreateBothAsync();
        await feeder.WriteAsync(from, Lines, double.PositiveInfinity, static () => true);
        using var updates = new TopicUpdates(brokers, to, TopicFeeder.Partitions);

        using var job = WordCountProgram.Start(["--kafka", proxy.BootstrapServers, "--from", from, "--to", to, "--until-end", "--output", folder.Output]);
        var ended = job.ExitAsync();
        await WaitAsync.ForAsync("the job to end", () =>
        {
            updates.ReadNew();
            return ended.IsCompleted;
        });

        (await ended).ShouldBe(0, job.Output);
        await WaitAsync.ForAsync("all updates", () =>
        {
            updates.ReadNew();
            return updates.Last.Values.Sum() >= feeder.Counts.Values.Sum();
        });
        updates.CheckAgainst(feeder.Counts);
        feeder.OpenPartitions(to).ShouldBeEmpty("no transaction may be left open");
        feeder.OpenPartitions("gearpump-word-count-markers", 1).ShouldBeEmpty("nor on the markers");
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Gearpump.Simulation.Kafka;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests.Kafka;

/// <summary>Production's publishing code over a Kafka that loses, delays and refuses; and the mistakes that this must find.</summary>
public sealed class KafkaRunTests(ITestOutputHelper output)
{
    private const int SeedsMax = 3_000;

    [Fact]
    public void Run_EverythingInKafka_ReadersSeeTheSerialRun()
    {
        var seeds = int.Parse(Environment.GetEnvironmentVariable("GEARPUMP_SEEDS") ?? "300", CultureInfo.InvariantCulture);
        var failures = new ConcurrentQueue<SimulationResult>();
        var sum = new SimulationStats();
        var gate = new Lock();
        Parallel.For(1, 1 + seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, loop) =>
        {
            var result = SimulationRun.Execute((ulong)seed, SimulationProfile.KafkaOnly((ulong)seed));
            lock (gate)
            {
                sum.Add(result.Stats);
            }

            if (!result.Ok)
            {
                failures.Enqueue(result);
                loop.Stop();
            }
        });

        output.WriteLine($"{seeds} seeds: {sum}");
        failures.ShouldBeEmpty(string.Join(Environment.NewLine, failures.Take(1)));
        if (seeds >= 200)
        {
            RequireFaults(sum);
        }
    }

    [Fact]
    public void Run_NoFaults_NothingIsFencedAndNothingAborted()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var result = SimulationRun.Execute(seed, SimulationProfile.Calm(seed) with { AtLeastOnce = false, Kafka = SimKafkaProfile.Calm(seed) });

            result.Failure.ShouldBeNull(result.ToString());
            result.Stats.KafkaFenced.ShouldBe(0, result.ToString());
            result.Stats.KafkaAbortedByInit.ShouldBe(0, result.ToString());
        }
    }

    [Fact]
    public void Run_SameSeedTwice_SameTraceHash()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var first = SimulationRun.Execute(seed, SimulationProfile.KafkaOnly(seed));
            var second = SimulationRun.Execute(seed, SimulationProfile.KafkaOnly(seed));

            second.TraceHash.ShouldBe(first.TraceHash, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(SimKafkaPlant.MarkerOutside)]
    [InlineData(SimKafkaPlant.MarkerBeforeInit)]
    [InlineData(SimKafkaPlant.ProducerKept)]
    [InlineData(SimKafkaPlant.MarkerToStableEnd)]
    [InlineData(SimKafkaPlant.AbortSameEpoch)]
    public void Run_PlantedMistake_IsFound(SimKafkaPlant plant)
    {
        var found = Enumerable.Range(1, SeedsMax)
            .Select(seed => SimulationRun.ExecuteOnce((ulong)seed, Planted((ulong)seed, plant), null))
            .FirstOrDefault(static result => !result.Ok);

        found.ShouldNotBeNull($"{plant} was not found in {SeedsMax} seeds");
        output.WriteLine($"{plant}: seed {found.Seed}, {found.Oracle}: {found.Failure}");
    }

    private static SimulationProfile Planted(ulong seed, SimKafkaPlant plant)
    {
        var kafka = SimKafkaProfile.Mixed(seed) with { Plant = plant };
        if (plant == SimKafkaPlant.AbortSameEpoch)
        {
            // Brokers that verify transactions refuse what comes behind an abort.
            return SimulationProfile.KafkaOnly(seed) with { Kafka = kafka with { Verifies = false } };
        }

        // Many publications, publishers that are stopped and replaced in their midst, and ends of transactions that come late.
        return SimulationProfile.Named("publications", seed) with { MixedDelivery = false, Kafka = kafka with { LateEndPerMille = 600, LostPerMille = 100 } };
    }

    private static void RequireFaults(SimulationStats sum)
    {
        sum.KafkaPublications.ShouldBePositive();
        sum.KafkaAnswersLost.ShouldBePositive();
        sum.KafkaLate.ShouldBePositive();
        sum.KafkaFenced.ShouldBePositive();
        sum.KafkaNotNow.ShouldBePositive();
        sum.KafkaRefused.ShouldBePositive();
        sum.KafkaTimedOut.ShouldBePositive();
        sum.KafkaAbortedByInit.ShouldBePositive();
        sum.KafkaStrangers.ShouldBePositive();
    }
}

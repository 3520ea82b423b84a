using Gearpump.Simulation.Core;

namespace Gearpump.Simulation.Kafka;

/// <summary>The Kafka of a run: how it is laid out, and what goes wrong there.</summary>
public sealed record SimKafkaProfile
{
    private const int SharePerMille = 300;

    public SimKafkaPlant Plant { get; init; }

    public int Partitions { get; init; } = 3;

    public int Publishers { get; init; } = 1;

    /// <summary>The most bytes of segments in one transaction: of a small number, cuts are published in parts.</summary>
    public long TransactionBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Shorter than many a stop.</summary>
    public long TransactionTimeoutMs { get; init; } = 8_000;

    /// <summary>The most that control records take.</summary>
    public long CompletionMs { get; init; } = 20;

    /// <summary>As brokers behave from 3.6 on: what belongs to no open transaction is refused.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Of a thousand requests: the request or its answer is lost, or it comes when its client has given it up.</summary>
    public int LostPerMille { get; init; }

    /// <summary>Of a thousand ends of transactions, how many are applied when their client has long repeated them.</summary>
    public int LateEndPerMille { get; init; }

    /// <summary>Of a thousand batches, how many are refused: for now, or for good.</summary>
    public int RefusePerMille { get; init; }

    /// <summary>Mean time between two transactions of somebody else on the same partitions; 0: nobody else writes.</summary>
    public long StrangerEveryMs { get; init; }

    /// <summary>Mean time between two times in which nobody is answered; 0: none.</summary>
    public long OutageEveryMs { get; init; }

    /// <summary>No faults.</summary>
    public static SimKafkaProfile Calm(ulong seed) => Layout(Drawing(seed));

    /// <summary>Everything, in a mixture of the seed's own.</summary>
    public static SimKafkaProfile Mixed(ulong seed)
    {
        var random = Drawing(seed);
        int Share(int most) => random.PerMille(600) ? random.Between(1, most) : 0;
        return Layout(random) with
        {
            LostPerMille = Share(150),
            LateEndPerMille = Share(400),
            RefusePerMille = Share(100),
            StrangerEveryMs = random.PerMille(600) ? random.Between(300, 5_000) : 0,
            OutageEveryMs = random.PerMille(300) ? random.Between(3_000, 10_000) : 0,
        };
    }

    /// <summary>Which runs write to Kafka.</summary>
    internal static SimKafkaProfile? Drawn(ulong seed) => Drawing(seed).PerMille(SharePerMille) ? Mixed(seed) : null;

    // Not from the mixture's own numbers: they stay as they are, whatever is added here.
    private static SimRandom Drawing(ulong seed) => new(seed ^ 0x4B61_666B_61);

    private static SimKafkaProfile Layout(SimRandom random)
    {
        // The first number has said whether there is a Kafka at all.
        random.Next();
        return new SimKafkaProfile
        {
            Partitions = random.Between(1, 4),
            Publishers = random.PerMille(300) ? 2 : 1,
            TransactionBytesMax = random.PerMille(400) ? random.Between(200L, 3_000L) : 64L * 1024 * 1024,
            TransactionTimeoutMs = random.Between(2_000L, 20_000L),
            CompletionMs = random.PerMille(200) ? 500 : random.Between(1L, 30L),
            Verifies = random.PerMille(700),
        };
    }
}

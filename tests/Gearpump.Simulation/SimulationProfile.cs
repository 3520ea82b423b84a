using Gearpump.Simulation.Core;

namespace Gearpump.Simulation;

/// <summary>What a run consists of. Drawn from the seed, a different mixture each time: faults hide each other when all are always on.</summary>
public sealed record SimulationProfile
{
    public required string Name { get; init; }

    public SimulationPlant Plant { get; init; }

    public SimulationShape Shape { get; init; }

    /// <summary>The pipeline is declared by the SDK; otherwise its chains are hand-made.</summary>
    public bool Sdk { get; init; }

    public bool AtLeastOnce { get; init; }

    /// <summary>The second output has the other guarantee than the first.</summary>
    public bool MixedDelivery { get; init; }

    /// <summary>Tasks of the count; 0: as many as there are workers.</summary>
    public int Parallelism { get; init; }

    public int SourceWorkers { get; init; } = 1;

    public int ProcessorWorkers { get; init; } = 2;

    public int Splits { get; init; } = 2;

    public int LinesPerSplit { get; init; } = 60;

    /// <summary>Over how much time the input becomes available.</summary>
    public long InputMs { get; init; } = 8_000;

    public long CheckpointMs { get; init; } = 700;

    public long TickMs { get; init; } = 100;

    public long SilenceMs { get; init; } = 3_000;

    public bool TwoCoordinators { get; init; }

    /// <summary>Both start at once. Before anything stands in the log nobody is fenced, and each may get some of the workers.</summary>
    public bool BothAtOnce { get; init; }

    /// <summary>A worker's new process has an address of its own.</summary>
    public bool NewAddresses { get; init; }

    /// <summary>The coordinator is told how many workers to wait for.</summary>
    public bool CountsGiven { get; init; }

    public int ManifestsKept { get; init; } = 2;

    /// <summary>Credits and batches so small that every record meets back-pressure.</summary>
    public bool TightCredit { get; init; }

    /// <summary>Faults happen until then.</summary>
    public long FaultsMs { get; init; }

    /// <summary>Mean time between two faults.</summary>
    public long FaultEveryMs { get; init; } = 1_500;

    public int CrashWeight { get; init; }

    public int CrashCoordinatorWeight { get; init; }

    public int TakeoverWeight { get; init; }

    public int StopWeight { get; init; }

    public int CutWeight { get; init; }

    public int SilenceWeight { get; init; }

    public int RestartWeight { get; init; }

    /// <summary>A worker is told to stop, and leaves behind a planned change.</summary>
    public int LeaveWeight { get; init; }

    /// <summary>The store, or the outside, answers nobody for a while.</summary>
    public int OutageWeight { get; init; }

    /// <summary>A machine's wall clock is set.</summary>
    public int ClockWeight { get; init; }

    /// <summary>All processes die at once.</summary>
    public int PowerWeight { get; init; }

    /// <summary>Of a thousand requests to the store.</summary>
    public int StorePerMille { get; init; }

    /// <summary>Of a thousand requests to the outside.</summary>
    public int OutputPerMille { get; init; }

    /// <summary>Of a thousand writes outside, how many are on their way for seconds: long enough that their writer has a successor.</summary>
    public int LatePublishPerMille { get; init; }

    /// <summary>Of a thousand records, how many user code throws on.</summary>
    public int UserErrorPerMille { get; init; }

    /// <summary>Of a thousand failpoints passed.</summary>
    public int FailpointPerMille { get; init; }

    /// <summary>Of a thousand writes to the clock mirror, lost; it falls back and is flushed too.</summary>
    public int MirrorPerMille { get; init; }

    /// <summary>Of a thousand lines, how many cannot be read, or are refused by user code.</summary>
    public int BadLinePerMille { get; init; }

    /// <summary>Of a thousand crashes, how many take their machine with them: peers learn of it late or never, and often nobody takes its place.</summary>
    public int MachinePerMille { get; init; } = 150;

    /// <summary>Of a thousand pieces of background work (encoding, hashing), how many take long.</summary>
    public int SlowWorkPerMille { get; init; }

    /// <summary>Of a thousand publications, how many have their process stopped between the marker that was read and the write.</summary>
    public int StopBeforePublishPerMille { get; init; }

    /// <summary>Of a thousand reads from the store, how many take seconds.</summary>
    public int SlowReadPerMille { get; init; }

    /// <summary>The most bytes of one publication; 0: a cut is published whole.</summary>
    public long PublicationBytes { get; init; }

    /// <summary>A snapshot that an epoch starts from is damaged: the job must fail.</summary>
    public bool Damage { get; init; }

    internal static SimulationProfile Named(string name, ulong seed) => name switch
    {
        "mixed" => Mixed(seed),
        "calm" => Calm(seed),
        "rivals" => Rivals(seed),
        _ => FocusedProfiles.Find(name, seed)
            ?? throw new ArgumentException($"no profile '{name}'; there are mixed, calm, rivals, {string.Join(", ", FocusedProfiles.Names)}", nameof(name)),
    };

    internal static bool Exists(string name) => name is "mixed" or "calm" or "rivals" || FocusedProfiles.Names.Contains(name);

    /// <summary>No faults at all.</summary>
    public static SimulationProfile Calm(ulong seed) => Layout("calm", new SimRandom(seed));

    /// <summary>No faults, but two coordinators from the start.</summary>
    public static SimulationProfile Rivals(ulong seed) => Layout("rivals", new SimRandom(seed)) with { TwoCoordinators = true, BothAtOnce = true };

    /// <summary>Everything, in a mixture of the seed's own.</summary>
    public static SimulationProfile Mixed(ulong seed)
    {
        var random = new SimRandom(seed);
        var layout = Layout("mixed", random);
        int Weight(int of) => random.PerMille(600) ? random.Between(1, of) : 0;
        int Share(int most) => random.PerMille(500) ? random.Between(1, most) : 0;
        return layout with
        {
            FaultsMs = layout.InputMs + random.Between(0, 4_000),
            FaultEveryMs = random.Between(400, 4_000),
            CrashWeight = Weight(4),
            CrashCoordinatorWeight = Weight(3),
            BothAtOnce = random.PerMille(300),
            TakeoverWeight = layout.TwoCoordinators ? Weight(3) : 0,
            StopWeight = Weight(4),
            CutWeight = Weight(6),
            SilenceWeight = Weight(4),
            RestartWeight = random.PerMille(250) ? 1 : 0,
            LeaveWeight = Weight(2),
            OutageWeight = Weight(2),
            ClockWeight = Weight(2),
            PowerWeight = random.PerMille(250) ? 1 : 0,
            StorePerMille = Share(120),
            OutputPerMille = Share(200),
            LatePublishPerMille = Share(150),
            UserErrorPerMille = Share(20),
            FailpointPerMille = Share(15),
            MirrorPerMille = Share(300),
            BadLinePerMille = Share(50),
            SlowWorkPerMille = Share(100),
            PublicationBytes = random.PerMille(400) ? random.Between(1, 600) : 0,
        };
    }

    private static SimulationProfile Layout(string name, SimRandom random) => new()
    {
        Name = name,
        Shape = (SimulationShape)random.Below(4),
        Sdk = random.PerMille(500),
        AtLeastOnce = random.PerMille(250),
        MixedDelivery = random.PerMille(300),
        Parallelism = random.PerMille(300) ? random.Between(1, 6) : 0,
        SourceWorkers = random.Between(1, 2),
        ProcessorWorkers = random.Between(1, 4),
        Splits = random.Between(1, 5),
        LinesPerSplit = random.Between(5, 80),
        InputMs = random.Between(3_000, 14_000),
        CheckpointMs = random.Between(300, 2_000),
        TickMs = random.Pick([50L, 100L, 100L, 200L]),
        SilenceMs = random.Between(1_500, 5_000),
        TwoCoordinators = random.PerMille(500),
        NewAddresses = random.PerMille(500),
        CountsGiven = random.PerMille(500),
        TightCredit = random.PerMille(400),
        ManifestsKept = random.Between(1, 4),
    };
}

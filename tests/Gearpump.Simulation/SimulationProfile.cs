using System.ComponentModel;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Kafka;

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

    /// <summary>Coordinators that may live beside each other, 1 to 3.</summary>
    public int Coordinators { get; init; } = 1;

    /// <summary>All start at once. Before anything stands in the log nobody is fenced, and each may get some of the workers.</summary>
    public bool AllAtOnce { get; init; }

    /// <summary>A worker's new process has an address of its own.</summary>
    public bool NewAddresses { get; init; }

    /// <summary>The coordinator is told how many workers to wait for.</summary>
    public bool CountsGiven { get; init; }

    /// <summary>User code in the first processor takes so long for each record.</summary>
    public int SlowOperatorMs { get; init; }

    /// <summary>While nothing is wrong, a cut is committed so long after its interval at the latest: before it some 300 tiny segments are stored, one after the other.</summary>
    public long CutMostMs { get; init; } = 45_000;

    public int ManifestsKept { get; init; } = 2;

    /// <summary>Publishers of each output.</summary>
    public int Publishers { get; init; } = 1;

    /// <summary>Of a thousand splits, how many have next to nothing, or nothing.</summary>
    public int ShortSplitPerMille { get; init; }

    /// <summary>Of a thousand words, how many are the same one.</summary>
    public int SkewPerMille { get; init; }

    /// <summary>Only these faults strike, by their numbers; null: all that the seed draws.</summary>
    public IReadOnlySet<int>? Only { get; init; }

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

    /// <summary>Machines that are parted from others, on all connections, one way or both.</summary>
    public int PartitionWeight { get; init; }

    /// <summary>The job is stopped, and begun anew: with --fresh, or after somebody has emptied the store.</summary>
    public int FreshWeight { get; init; }

    /// <summary>A processor comes, or goes and is not replaced.</summary>
    public int ScaleWeight { get; init; }

    /// <summary>A worker's steps, or the store, are slow for a while.</summary>
    public int SlowWeight { get; init; }

    /// <summary>Of a hundred thousand effects, how many are the ones before which their process dies.</summary>
    public int EffectPer100000 { get; init; }

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

    /// <summary>Of a thousand splits that are opened, for how many no answer ever comes.</summary>
    public int HungOpenPerMille { get; init; }

    /// <summary>Of a thousand failpoints passed.</summary>
    public int FailpointPerMille { get; init; }

    /// <summary>Of a thousand writes to the clock mirror, lost; it falls back and is flushed too.</summary>
    public int MirrorPerMille { get; init; }

    /// <summary>Of a thousand lines, how many cannot be read, or are refused by user code.</summary>
    public int BadLinePerMille { get; init; }

    /// <summary>What was changed of the mixture that the seed has drawn: PROPERTY=VALUE each.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The mixtures that have a name.</summary>
    public static IEnumerable<string> Names => ["mixed", "calm", "rivals", "kafka", .. FocusedProfiles.Names];

    /// <summary>Changes and chosen faults as arguments of the command.</summary>
    internal string Arguments => string.Concat(Changes.Select(static change => $" --set {change}"))
        + (Only is null ? "" : $" --faults \"{string.Join(',', Only.Order())}\"");

    /// <summary>The mixture with one property changed; an empty value leaves out what may be left out, such as Kafka.</summary>
    /// <exception cref="ArgumentException">There is no such property, or the value is none of its.</exception>
    public SimulationProfile With(string property, string value)
    {
        var found = typeof(SimulationProfile).GetProperty(property);
        if (found is not { CanWrite: true })
        {
            throw new ArgumentException($"a mixture has no property '{property}'", nameof(property));
        }

        var changed = this with { Changes = [.. Changes.Where(change => !change.StartsWith(property + "=", StringComparison.Ordinal)), $"{property}={value}"] };
        try
        {
            var isLeftOut = value.Length == 0 && !found.PropertyType.IsValueType && found.PropertyType != typeof(string);
            found.SetValue(changed, isLeftOut ? null : TypeDescriptor.GetConverter(found.PropertyType).ConvertFromInvariantString(value));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"'{value}' is no value of {property}: {e.Message}", nameof(value), e);
        }

        return changed;
    }

    /// <summary>Exactly-once outputs of counts go to a Kafka, by production's publishing code; null: to a plain target.</summary>
    public SimKafkaProfile? Kafka { get; init; }

    /// <summary>Of a thousand crashes, how many take their machine with them: peers learn of it late or never, and often nobody takes its place.</summary>
    public int MachinePerMille { get; init; } = 150;

    /// <summary>Of a thousand pieces of background work (encoding, hashing), how many take long.</summary>
    public int SlowWorkPerMille { get; init; }

    /// <summary>Of a thousand publications, how many have their process stopped between the marker that was read and the write.</summary>
    public int StopBeforePublishPerMille { get; init; }

    /// <summary>Of a thousand reads from the store, how many take seconds.</summary>
    public int SlowReadPerMille { get; init; }

    /// <summary>Of a thousand collected epochs and manifests, into the place of how many a candidate's late request puts the term that it lost there.</summary>
    public int LateTermPerMille { get; init; }

    /// <summary>The most bytes of one publication; 0: a cut is published whole.</summary>
    public long PublicationBytes { get; init; }

    /// <summary>A snapshot that an epoch starts from is damaged: the job must fail.</summary>
    public bool Damage { get; init; }

    /// <summary>Every coordinator is started with the option that starts failed jobs again, as on a laptop; otherwise an operator sets it.</summary>
    public bool ResumesByItself { get; init; }

    /// <summary>What was damaged is put right by the operator who starts the failed job again.</summary>
    public bool IsRepaired { get; init; }

    /// <summary>Outputs that were paid are gone outside, or more is there than the job has committed: the job must fail.</summary>
    public bool WrongMarker { get; init; }

    /// <summary>The most rollbacks with no cut between them. Few of them: the job fails by them, and an operator starts it again.</summary>
    public int RestartBudget { get; init; } = 1_000;

    internal static SimulationProfile Named(string name, ulong seed) => name switch
    {
        "mixed" => Mixed(seed),
        "calm" => Calm(seed),
        "rivals" => Rivals(seed),
        "kafka" => KafkaOnly(seed),
        _ => FocusedProfiles.Find(name, seed)
            ?? throw new ArgumentException($"no profile '{name}'; there are mixed, calm, rivals, kafka, {string.Join(", ", FocusedProfiles.Names)}", nameof(name)),
    };

    /// <summary>No faults at all.</summary>
    public static SimulationProfile Calm(ulong seed) => Layout("calm", new SimRandom(seed));

    /// <summary>No faults, but two coordinators from the start.</summary>
    public static SimulationProfile Rivals(ulong seed) => Layout("rivals", new SimRandom(seed)) with { Coordinators = 2, AllAtOnce = true };

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
            AllAtOnce = random.PerMille(300),
            TakeoverWeight = layout.Coordinators > 1 ? Weight(3) : 0,
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
            PartitionWeight = Weight(3),
            ScaleWeight = Weight(2),
            SlowWeight = Weight(2),
            FreshWeight = random.PerMille(300) ? 1 : 0,
            EffectPer100000 = Share(40),
            HungOpenPerMille = random.PerMille(100) ? random.Between(1, 60) : 0,
            Kafka = SimKafkaProfile.Drawn(seed),
            SlowWorkPerMille = Share(100),
            PublicationBytes = random.PerMille(400) ? random.Between(1, 600) : 0,
            SlowReadPerMille = random.PerMille(200) ? random.Between(1, 60) : 0,
            LateTermPerMille = random.PerMille(200) ? random.Between(1, 200) : 0,
            RestartBudget = FewRollbacks(seed) ?? layout.RestartBudget,
            SlowOperatorMs = SlowOperator(seed),
        };
    }

    /// <summary>Everything, with every exactly-once output of counts in Kafka.</summary>
    public static SimulationProfile KafkaOnly(ulong seed) => Mixed(seed) with { Name = "kafka", AtLeastOnce = false, MixedDelivery = false, Kafka = SimKafkaProfile.Mixed(seed) };

    // Drawn beside the mixture, which stays what it was.
    private static int? FewRollbacks(ulong seed) => new SimRandom(seed ^ 0xB4D6E7) is var random && random.PerMille(80) ? random.Between(1, 5) : null;

    private static int SlowOperator(ulong seed) => new SimRandom(seed ^ 0x510E) is var random && random.PerMille(80) ? random.Between(1, 12) : 0;

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
        Coordinators = random.PerMille(500) ? random.Between(2, 3) : 1,
        NewAddresses = random.PerMille(500),
        CountsGiven = random.PerMille(500),
        TightCredit = random.PerMille(400),
        ManifestsKept = random.Between(1, 4),
        Publishers = random.PerMille(300) ? 2 : 1,
        ShortSplitPerMille = random.PerMille(400) ? 300 : 0,
        SkewPerMille = random.PerMille(200) ? 900 : 0,
    };
}

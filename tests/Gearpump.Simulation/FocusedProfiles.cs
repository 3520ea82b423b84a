namespace Gearpump.Simulation;

/// <summary>Mixtures that put many of one kind of fault into one run, so that a guard against it is met in few seeds.</summary>
internal static class FocusedProfiles
{
    private static readonly Dictionary<string, Func<ulong, SimulationProfile>> Each = new(StringComparer.Ordinal)
    {
        ["rollbacks"] = static seed => Faulty("rollbacks", seed, 400) with { CrashWeight = 4, StopWeight = 2, SilenceWeight = 1 },
        ["losses"] = static seed => Faulty("losses", seed, 1_500) with { CrashWeight = 1, ProcessorWorkers = 3, MachinePerMille = 700, CountsGiven = false, CrashCoordinatorWeight = 1 },
        ["takeovers"] = static seed => Faulty("takeovers", seed, 500) with
        {
            Coordinators = 2,
            CrashCoordinatorWeight = 2,
            TakeoverWeight = 3,
            StopWeight = 2,
        },
        ["zombies"] = static seed => Faulty("zombies", seed, 300) with
        {
            Coordinators = 2,
            TakeoverWeight = 3,
            StopWeight = 4,
            FailpointPerMille = 15,
            ManifestsKept = 1,
            CheckpointMs = 300,
        },
        ["sleepers"] = static seed => Faulty("sleepers", seed, 400) with
        {
            Coordinators = 2,
            SourceWorkers = 1,
            ProcessorWorkers = 1,
            TakeoverWeight = 3,
            StopWeight = 4,
            ManifestsKept = 1,
            CheckpointMs = 200,
            SlowReadPerMille = 100,
        },
        ["revenants"] = static seed => Faulty("revenants", seed, 600) with { StopWeight = 1, ScaleWeight = 2, ManifestsKept = 1, CheckpointMs = 200, LateTermPerMille = 300 },
        ["successors"] = static seed => Faulty("successors", seed, 60) with { StopWeight = 1, CutWeight = 10, SourceWorkers = 1, ProcessorWorkers = 1 },
        ["anew"] = static seed => Faulty("anew", seed, 1_500) with { FreshWeight = 2, StopWeight = 2, TakeoverWeight = 2, Coordinators = 3, AllAtOnce = seed % 4 != 0 },
        ["readers"] = static seed => Faulty("readers", seed, 300) with { TakeoverWeight = 4, StopWeight = 1, Coordinators = 3, AllAtOnce = true, ManifestsKept = 3, CheckpointMs = 300 },
        ["collections"] = static seed => Faulty("collections", seed, 3_000) with { CrashWeight = 1, ManifestsKept = 2, CheckpointMs = 300, SlowReadPerMille = 200, StorePerMille = 50 },
        ["hangs"] = static seed => Faulty("hangs", seed, 800) with { HungOpenPerMille = 150, CrashWeight = 1 },
        ["blackouts"] = static seed => Faulty("blackouts", seed, 2_000) with { PowerWeight = 2, ClockWeight = 3, Coordinators = 2 },
        ["congestion"] = static seed => Faulty("congestion", seed, 500) with { SilenceWeight = 3, CutWeight = 1, TightCredit = true, LinesPerSplit = 80 },
        ["direct"] = static seed => Faulty("direct", seed, 500) with { AtLeastOnce = true, CrashWeight = 3, OutputPerMille = 100 },
        ["resumes"] = static seed => Faulty("resumes", seed, 150) with { CutWeight = 6, SilenceWeight = 1, TightCredit = seed % 2 == 0 },
        ["publications"] = static seed => Faulty("publications", seed, 600) with
        {
            AtLeastOnce = false,
            CrashWeight = 2,
            StopWeight = 3,
            OutputPerMille = 150,
            LatePublishPerMille = 200,
            FailpointPerMille = 30,
            PublicationBytes = seed % 2 == 0 ? 0 : 150,
        },
        ["fencing"] = static seed => Faulty("fencing", seed, 500) with
        {
            AtLeastOnce = false,
            ProcessorWorkers = 3,
            SilenceMs = 1_500,
            CheckpointMs = 400,
            CrashWeight = 1,
            StopWeight = 4,
            LatePublishPerMille = 200,
            StopBeforePublishPerMille = 200,
        },
        ["encodings"] = static seed => Faulty("encodings", seed, 500) with { Sdk = true, CrashWeight = 3, CheckpointMs = 400, SlowWorkPerMille = 500 },
        ["storage"] = static seed => Faulty("storage", seed, 900) with { StorePerMille = 150, CrashWeight = 1, CrashCoordinatorWeight = 1, OutageWeight = 1 },
        ["changes"] = static seed => Faulty("changes", seed, 700) with { LeaveWeight = 3, RestartWeight = 1, CrashWeight = 1 },
        ["stops"] = static seed => Faulty("stops", seed, 500) with { Coordinators = 3, RestartWeight = 5, TakeoverWeight = 3, StopWeight = 2, CrashCoordinatorWeight = 1, SlowReadPerMille = 300, SlowWeight = 3, RestartBudget = seed % 2 == 0 ? 1 : 1_000 },
        ["backlog"] = static seed => SimulationProfile.Calm(seed) with { Name = "backlog", SlowOperatorMs = 10, SilenceMs = 3_000, TightCredit = true, AtLeastOnce = false, MixedDelivery = false, LinesPerSplit = 150, InputMs = 1_000, ShortSplitPerMille = 300, CheckpointMs = 400, CutMostMs = 25_000 },
        ["slow"] = static seed => SimulationProfile.Calm(seed) with { Name = "slow", SlowOperatorMs = 12, SilenceMs = 3_000, TightCredit = false, AtLeastOnce = false, MixedDelivery = false, LinesPerSplit = 150, InputMs = 1_000, CutMostMs = 120_000 },
        ["refusals"] = static seed => SimulationProfile.Calm(seed) with { Name = "refusals", AtLeastOnce = true, MixedDelivery = false, FaultsMs = 40_000, OutputPerMille = 700, RestartBudget = 3 },
        ["waits"] = static seed => Faulty("waits", seed, 700) with { LeaveWeight = 3, ScaleWeight = 1, SlowWeight = 3, StorePerMille = 50 },
        ["damage"] = static seed => Faulty("damage", seed, 500) with { CrashWeight = 1, Damage = true },
        ["repairs"] = static seed => Faulty("repairs", seed, 400) with
        {
            Damage = true,
            IsRepaired = true,
            ResumesByItself = seed % 2 == 0,
            Coordinators = 2,
            CrashWeight = 1,
            CrashCoordinatorWeight = 4,
            TakeoverWeight = 3,
            StopWeight = 3,
            RestartWeight = 1,
            SlowWeight = 1,
            EffectPer100000 = 200,
        },
        ["markers"] = static seed => Faulty("markers", seed, 800) with { CrashWeight = 1, WrongMarker = true, AtLeastOnce = false, MixedDelivery = false },
        ["hopeless"] = static seed => SimulationProfile.Calm(seed) with { Name = "hopeless", FaultsMs = 120_000, FaultEveryMs = 8_000, CrashCoordinatorWeight = 1, HungOpenPerMille = 1_000, RestartBudget = 3 },
        ["failures"] = static seed => Faulty("failures", seed, seed % 2 == 0 ? 300 : 600) with
        {
            Coordinators = 3,
            RestartBudget = 1 + (int)(seed % 3),
            ManifestsKept = 1,
            CheckpointMs = 200,
            CrashWeight = 4,
            CrashCoordinatorWeight = 1,
            TakeoverWeight = 4,
            StopWeight = 6,
            RestartWeight = 1,
            FreshWeight = seed % 4 == 0 ? 1 : 0,
            SlowReadPerMille = 150,
        },
        ["mistakes"] = static seed => SimulationProfile.Calm(seed) with
        {
            Name = "mistakes",
            FaultsMs = 12_000,
            UserErrorPerMille = 40,
            BadLinePerMille = 80,
        },
    };

    public static IEnumerable<string> Names => Each.Keys;

    public static SimulationProfile? Find(string name, ulong seed) => Each.TryGetValue(name, out var make) ? make(seed) : null;

    private static SimulationProfile Faulty(string name, ulong seed, long everyMs)
    {
        var layout = SimulationProfile.Calm(seed);
        return layout with { Name = name, FaultsMs = layout.InputMs + 2_000, FaultEveryMs = everyMs };
    }
}

using System.Runtime.CompilerServices;
using Gearpump.Outputs;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Faults;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Kafka;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Oracles;
using Gearpump.Simulation.Outputs;
using Gearpump.Simulation.Processes;
using Gearpump.Simulation.Sources;
using Gearpump.Simulation.Stores;

namespace Gearpump.Simulation;

/// <summary>Everything that one run consists of.</summary>
internal sealed class SimWorld
{
    /// <summary>
    /// After the last fault, and from each new record on that readers see, the job has this long to end, virtual milliseconds: of
    /// small publications, each a slow transaction, there may be a thousand, but no record is committed twice.
    /// </summary>
    private const long PatienceMs = 240_000;

    private const long EventsMax = 2_000_000;

    private readonly FaultPlan _plan;
    private readonly Dictionary<string, SimTarget> _targets;
    private readonly Dictionary<string, Dictionary<string, long>> _expected;

    public SimWorld(ulong seed, SimulationProfile profile, Action<string>? record)
    {
        Profile = profile;
        Random = new SimRandom(seed ^ 0x5EED);
        Trace = new SimTrace(record);
        Scheduler = new SimScheduler(Random.Fork(), Trace);
        Network = new SimNetwork(this, Random.Fork());
        Store = new SimStore(this, Random.Fork());
        Mirror = new SimMirror(this, Random.Fork());
        Job = new JobOracle(this);
        Clocks = new ClockOracle(this);
        Owed = new OwedOracle(this);
        Progress = new ProgressOracle(this);
        Order = new OrderOracle(this);
        Provenance = new ProvenanceOracle(this);
        _plan = new FaultPlan(profile.Only);
        Rollbacks = new RollbackOracle(this);
        Damage = new DamageOracle(this);
        Tally = new TallyOracle(this);
        FaultRandom = Random.Fork();
        Faults = new FaultInjector(this, Random.Fork());
        Splits = [.. Enumerable.Range(0, Math.Max(profile.Splits, profile.Shape == SimulationShape.TwoSources ? 2 : 1)).Select(i => new SimSplit(i, profile, Random.Fork()))];
        _targets = new[] { SimGraphs.Words, SimGraphs.Marked, SimGraphs.Numbers, SimGraphs.Dead }
            .ToDictionary(static name => name, name => new SimTarget(this, name, counts: name != SimGraphs.Dead));
        _expected = SimGraphs.Serial(this);
        Launcher = new Launcher(this, Random.Fork());
        Kafka = profile.Kafka is { } kafka ? new SimKafkaCluster(this, kafka, Random.Fork()) : null;
    }

    public SimulationProfile Profile { get; }

    public SimulationStats Stats { get; } = new();

    public SimRandom Random { get; }

    public SimRandom FaultRandom { get; }

    public SimTrace Trace { get; }

    public SimScheduler Scheduler { get; }

    public SimNetwork Network { get; }

    public SimStore Store { get; }

    public SimMirror Mirror { get; }

    public JobOracle Job { get; }

    public ClockOracle Clocks { get; }

    public OwedOracle Owed { get; }

    public ProgressOracle Progress { get; }

    public OrderOracle Order { get; }

    public ProvenanceOracle Provenance { get; }

    public RollbackOracle Rollbacks { get; }

    public DamageOracle Damage { get; }

    public TallyOracle Tally { get; }

    public FaultInjector Faults { get; }

    public Launcher Launcher { get; }

    public IReadOnlyList<SimSplit> Splits { get; }

    /// <summary>What a source stage reads: all splits, or, of two stages, every other one.</summary>
    public IEnumerable<SimSplit> SplitsOf(string stage) => Splits.Where((_, i) => SimGraphs.SourceOf(Profile.Shape, i) == stage);

    public long NowMs => Scheduler.NowMs;

    /// <summary>The first broken promise. A machine may catch what is thrown at it, so the run looks here after every event.</summary>
    public SimulationFailedException? Broken { get; private set; }

    /// <summary>Faults may still happen.</summary>
    public bool Faulty => NowMs < Profile.FaultsMs;

    /// <summary>Up to when something was wrong: the last fault, or the end of the longest one.</summary>
    public long DisturbedUntilMs { get; private set; }

    /// <summary>When readers last saw another record of an exact output.</summary>
    public long PublishedAtMs { get; set; }

    /// <summary>The faults that struck, in their order.</summary>
    public IReadOnlyList<StruckFault> Struck => _plan.Struck;

    /// <summary>The seed has drawn a fault. False: this run is to do without it, or all faults are over.</summary>
    public bool Strike(string what)
    {
        if (!Faulty || !_plan.Strike(what, NowMs))
        {
            return false;
        }

        Stats.Faults++;
        Disturbed(NowMs);
        Note(null, $"FAULT {_plan.Struck[^1]}");
        return true;
    }

    /// <summary>Of a thousand chances, so many are faults.</summary>
    public bool Strike(string what, SimRandom random, int perMille) => Faulty && random.PerMille(perMille) && Strike(what);

    /// <summary>Something is wrong until then.</summary>
    public void Disturbed(long untilMs) => DisturbedUntilMs = Math.Max(DisturbedUntilMs, untilMs);

    /// <summary>Null: every output goes to a plain target.</summary>
    public SimKafkaCluster? Kafka { get; }

    public SimTarget Target(string system) => _targets[system];

    /// <summary>Null: the system is Kafka.</summary>
    public SimTarget? FindTarget(string system) => _targets.GetValueOrDefault(system);

    /// <summary>An output of counts that goes to Kafka. Its target is the oracle over what readers see there.</summary>
    public bool IsInKafka(string output) => Kafka is not null && output is (SimGraphs.Words or SimGraphs.Marked) && !SimGraphs.IsAtLeastOnce(Profile, output);

    public IOutput Output(string output) => IsInKafka(output) ? new SimKafkaOutput(this, Kafka!.Profile, output) : new SimOutput(this, Target(output));

    public IReadOnlyDictionary<string, long> Expected(string system) => _expected[system];

    /// <summary>Ends the run: a promise is broken.</summary>
    public SimulationFailedException Fail(string message, string? oracle = null, [CallerFilePath] string thrownBy = "")
    {
        var failed = new SimulationFailedException(message, null, oracle, thrownBy);
        Broken ??= failed;
        return failed;
    }

    public void Note(SimProcess? process, string text)
    {
        if (Trace.Recording)
        {
            Trace.Note(NowMs, process?.Name ?? "-", text);
        }
    }

    /// <summary>Runs until everybody has left.</summary>
    /// <exception cref="SimulationFailedException">A promise was broken.</exception>
    public void Run()
    {
        Launcher.Begin();
        Faults.Begin();
        Kafka?.Begin();
        Scheduler.At(Profile.FaultsMs, null, "no more faults", Launcher.EndFaults);
        Scheduler.After(50, null, "observe", Observe);
        var calmAt = Math.Max(Profile.FaultsMs, Profile.InputMs);
        while (!Launcher.Over && !Damage.Answered)
        {
            if (!Scheduler.RunNext())
            {
                throw new SimulationFailedException("nothing is left to happen, and the job has not ended");
            }

            if (Broken is not null)
            {
                throw Broken;
            }

            if (NowMs > Math.Max(calmAt, PublishedAtMs) + PatienceMs)
            {
                throw new SimulationFailedException($"the job has not ended {PatienceMs} ms after the last fault, or new output: {Standing()}");
            }

            if (Trace.Events > EventsMax)
            {
                throw new SimulationFailedException($"{EventsMax} events, and the job has not ended: {Standing()}");
            }
        }

        Kafka?.RequireReadable();
        if (!Damage.Answered)
        {
            RequireOutput(_targets.Values);
        }

        Stats.Events = Trace.Events;
        Stats.SimulatedMs = NowMs;
    }

    /// <summary>The log says "ended": nothing may be owed.</summary>
    public void OnEnded(LogOracle log)
    {
        Note(null, "the job has ended");
        if (log == Job.Newest)
        {
            Kafka?.RequireDecided();
            RequireOutput(_targets.Values.Where(target => !IsInKafka(target.System)));
        }
    }

    private void RequireOutput(IEnumerable<SimTarget> targets)
    {
        foreach (var target in targets)
        {
            var direct = SimGraphs.IsAtLeastOnce(Profile, target.System);
            if (target.Of(Job.Instance).Difference(direct) is { } difference)
            {
                throw new SimulationFailedException(difference, oracle: OracleName.SerialRun);
            }
        }
    }

    private void Observe()
    {
        foreach (var process in Launcher.Alive.ToArray())
        {
            if (process is CoordinatorProcess { Stopped: false } coordinator && coordinator.NewStatus() is { } status)
            {
                Clocks.Observe(coordinator, status);
                Owed.Observe(coordinator, status);
            }
        }

        Progress.Observe();

        Scheduler.After(50, null, "observe", Observe);
    }

    private string Standing() => string.Join("; ", Launcher.Alive.Select(static process =>
        process is CoordinatorProcess coordinator
            ? $"{process.Name} {coordinator.Status()}"
            : $"{process.Name}{(process.Stopped ? " stopped" : "")}"));
}

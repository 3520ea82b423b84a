using Gearpump.Engine.Log;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>The job as its log says it is, and the entries that this coordinator adds to it.</summary>
internal sealed class JobRecord(CoordinatorOptions options, ICoordinatorHost host)
{
    private readonly GarbageCollector _garbage = new(options.Job, options.ManifestsKept, host.Store);

    public string Instance { get; private set; } = "";

    /// <summary>Its number among the job's instances; 0 where it is not known yet.</summary>
    public long InstanceNumber { get; private set; }

    /// <summary>There is an entry in the log.</summary>
    public bool IsCreated { get; private set; }

    public long Term { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>Log index of the epoch's entry; −1 where it is not known any more.</summary>
    public long EpochIndex { get; private set; } = -1;

    public Plan? Plan { get; private set; }

    public Assignment? Assignment { get; private set; }

    /// <summary>The newest.</summary>
    public Manifest? Manifest { get; private set; }

    public long ManifestIndex { get; private set; } = -1;

    /// <summary>n of the newest manifest.</summary>
    public long Cut { get; private set; }

    /// <summary>T of the newest manifest.</summary>
    public long CheckpointClockMs => Manifest?.ClockMs ?? 0;

    public Debts Debts { get; private set; } = new();

    public bool Ended { get; private set; }

    public string FailedReason { get; private set; } = "";

    public bool AllSplitsEnded => Manifest is { Positions.Count: > 0 } manifest && manifest.Positions.All(position => position.Ended);

    public void Load(LogContents contents, RestartBudget budget)
    {
        (Instance, InstanceNumber) = (contents.Instance, contents.Number);
        (IsCreated, Term, Epoch, EpochIndex, Plan, Assignment, Manifest, ManifestIndex, Cut) = (false, 0, 0, -1, null, null, null, -1, 0);
        (Ended, FailedReason) = (false, "");
        Debts = new Debts();
        _garbage.Begin(Instance);
        budget.Reset();
        foreach (var (index, entry) in contents.Entries)
        {
            Apply(entry, index);
            if (entry.Manifest is not null)
            {
                budget.Reset();
            }
            else if (entry.EpochStarted is not null)
            {
                budget.Started(entry);
            }
        }
    }

    /// <summary>An entry is in the log.</summary>
    public void Apply(LogEntry entry, long index)
    {
        IsCreated = true;
        Term = Math.Max(Term, (long)entry.Term);
        switch (entry.BodyCase)
        {
            case LogEntry.BodyOneofCase.Created:
                Plan = entry.Created.Plan;
                break;
            case LogEntry.BodyOneofCase.EpochStarted:
                (Epoch, EpochIndex, FailedReason) = ((long)entry.Epoch, index, "");
                (Plan, Assignment) = (entry.EpochStarted.Plan, entry.EpochStarted.Assignment);
                break;
            case LogEntry.BodyOneofCase.Manifest:
                (Manifest, ManifestIndex, Cut, Plan) = (entry.Manifest, index, (long)entry.Cut, entry.Manifest.Plan);
                if ((long)entry.Epoch > Epoch || Assignment is null)
                {
                    (Epoch, Assignment) = ((long)entry.Epoch, entry.Manifest.Assignment);
                }

                Debts.Load(entry.Manifest);
                _garbage.Found(index, entry);
                break;
            case LogEntry.BodyOneofCase.Ended:
                Ended = true;
                break;
            case LogEntry.BodyOneofCase.Failed:
                FailedReason = entry.Failed.Reason;
                break;
        }
    }

    /// <summary>What a worker's state says of the outside: markers count, whatever its epoch. False: it speaks of another instance.</summary>
    public bool Learn(WorkerState state)
    {
        if (state.Instance.Length > 0 && state.Instance != Instance)
        {
            return false;
        }

        foreach (var report in state.Publishers)
        {
            if (report.Marker is { } marker)
            {
                Debts.Pay(marker);
            }
        }

        return true;
    }

    /// <summary>A manifest was committed by this coordinator: what no kept one names may go.</summary>
    public void Collect() => _garbage.Committed();

    /// <summary>The newest epoch names the worker.</summary>
    public bool Assigns(WorkerState worker) => Assignment?.Workers.Any(named => named.Process == worker.Process) == true;

    public LogEntry NextTerm(string address) =>
        New(entry => entry.TermStarted = new TermStarted { Address = address }, term: Term + 1);

    public LogEntry NewCreated(Plan plan) => New(entry => entry.Created = new Created { Plan = plan });

    /// <summary>Manifest 0: where the sources begin, before anything was read.</summary>
    public LogEntry FirstManifest(Plan plan, IEnumerable<SplitPosition> positions) => New(entry =>
    {
        entry.Manifest = new Manifest { Plan = plan };
        entry.Manifest.Positions.AddRange(positions);
    });

    public LogEntry NextEpoch(Plan plan, IEnumerable<WorkerState> workers, EpochStarted why) => New(entry =>
    {
        entry.Epoch = (ulong)(Epoch + 1);
        entry.EpochStarted = new EpochStarted(why)
        {
            ManifestIndex = (ulong)ManifestIndex,
            Plan = plan,
            Assignment = Assigner.Assign(plan, workers, Manifest!.Positions),
        };
    });

    public LogEntry NextManifest(OpenCutTracker open) => New(entry =>
    {
        entry.Cut = (ulong)open.Cut;
        var manifest = entry.Manifest = new Manifest { ClockMs = open.ClockMs, Plan = Plan, Assignment = Assignment };
        var reported = open.Parts.SelectMany(part => part.Positions).ToDictionary(position => (position.Stage, position.Split.Id));
        manifest.Positions.AddRange(Manifest!.Positions.Select(before =>
            reported.GetValueOrDefault((before.Stage, before.Split.Id), before)));
        manifest.Objects.AddRange(open.Parts.SelectMany(part => part.Objects));
        manifest.Owed.AddRange(Debts.With(open.Cut, open.Parts));
        manifest.Paid.AddRange(Debts.Paid);
        var counted = open.Parts.SelectMany(part => part.Counters).Concat(Manifest.Counters);
        manifest.Counters.AddRange(counted.GroupBy(counter => counter.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new Counter { Name = group.Key, Value = (ulong)group.Sum(counter => (long)counter.Value) }));
    });

    public LogEntry NewEnded() => New(entry => entry.Ended = new Ended());

    public LogEntry NewFailed(string reason, RestartBudget budget) => New(entry =>
        entry.Failed = new Failed { Reason = reason, FirstCause = budget.FirstCause, LastCause = budget.LastCause });

    /// <summary>The lowest reported clock of the epoch's tasks, and whose it is. A task that has not reported yet counts as the epoch's first clock.</summary>
    public (long Min, string Slowest) TaskClocks(WorkerDirectory workers)
    {
        var (lowest, slowest) = (long.MaxValue, "");
        foreach (var task in Assignment?.Tasks ?? [])
        {
            var session = workers.Find(Assignment!.Workers[(int)task.Worker]);
            var report = session is not null && (long)session.State.Epoch == Epoch
                ? session.State.Tasks.FirstOrDefault(candidate => candidate.Stage == task.Stage && candidate.Index == task.Index)
                : null;
            var clock = report?.ClockMs ?? CheckpointClockMs;
            if (clock < lowest)
            {
                (lowest, slowest) = (clock, $"{task.Stage}/{task.Index}");
            }
        }

        return (lowest == long.MaxValue ? CheckpointClockMs : lowest, slowest);
    }

    private LogEntry New(Action<LogEntry> fill, long? term = null)
    {
        var entry = new LogEntry { Term = (ulong)(term ?? Term), Epoch = (ulong)Epoch, Cut = (ulong)Cut };
        fill(entry);
        return entry;
    }
}

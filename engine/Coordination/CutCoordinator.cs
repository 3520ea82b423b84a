using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Ticks, and when the next cut is opened. One cut is open at a time; it ends by its commit or by a rollback.</summary>
internal sealed class CutCoordinator(CoordinatorOptions options, ICoordinatorHost host, JobRecord job)
{
    private const long PauseMostMs = 10_000;
    private long _nextAtMs;
    private long _noPauseBeforeMs;

    public TickClock Ticks { get; } = new();

    public OpenCutTracker? Open { get; private set; }

    public void BeginEpoch(IEnumerable<WorkerState> workers, ClockReading? mirrored)
    {
        RaiseTicks(workers, mirrored);
        Open = null;
        _nextAtMs = host.NowMs + IntervalMs;
    }

    /// <summary>After a takeover without a rollback: the cut that any worker has met is still open.</summary>
    public void Adopt(IEnumerable<WorkerState> workers, ClockReading? mirrored)
    {
        var states = workers.ToList();
        RaiseTicks(states, mirrored);
        _nextAtMs = host.NowMs + IntervalMs;
        // A worker that slept through a rollback still speaks of the old epoch's cut of that number; one without a part may have heard of
        // one that no source has met, and behind whose T the clock has gone on since.
        var met = states.Find(state => job.Assigns(state) && (long)state.Epoch == job.Epoch && (long)state.HighestCut == job.Cut + 1);
        Open = met is null ? null : NewOpen((long)met.HighestCut, met.HighestCutClockMs, pause: false);
    }

    /// <summary>The epoch is over: what was open is not committed any more.</summary>
    public void Drop() => Open = null;

    public void Committed()
    {
        Open = null;
        Ticks.RaiseTo(job.CheckpointClockMs);
    }

    public void Tick()
    {
        Ticks.Next(host.WallMs);
        if (Open is { Pause: true } open && host.NowMs - open.OpenedMs >= PauseMostMs)
        {
            host.Log(MachineLogLevel.Warning, $"cut {open.Cut} is late, held by {open.HeldBy()}: its pause is withdrawn, the change is tried again");
            open.Pause = false;
            _noPauseBeforeMs = host.NowMs + PauseMostMs;
        }
    }

    public void Report(WorkerState state)
    {
        if (Open is null)
        {
            return;
        }

        foreach (var report in state.Tasks)
        {
            for (var task = 0; task < job.Assignment!.Tasks.Count; task++)
            {
                var candidate = job.Assignment.Tasks[task];
                if (candidate.Stage == report.Stage && candidate.Index == report.Index
                    && job.Assignment.Workers[(int)candidate.Worker].Process == state.Process)
                {
                    Open.Report(task, report);
                }
            }
        }
    }

    /// <summary>Opens the next cut at the coming tick, if it is time. True: everybody must be told.</summary>
    public bool OpenIfDue(IEnumerable<WorkerState> workers, Func<bool> wantsPause)
    {
        if (Open is not null)
        {
            return false;
        }

        var pause = host.NowMs >= _noPauseBeforeMs && wantsPause();
        if (!(host.NowMs >= _nextAtMs || pause || LastCutIsDue(workers)))
        {
            return false;
        }

        Open = NewOpen(job.Cut + 1, Ticks.LastMs + 1, pause);
        _nextAtMs = host.NowMs + IntervalMs;
        return true;
    }

    public LogEntry ManifestOf(OpenCutTracker open) => job.NextManifest(open);

    private long IntervalMs => options.CheckpointIntervalMs > 0 ? options.CheckpointIntervalMs : Math.Max(50, job.Plan?.CheckpointIntervalMs ?? 5_000);

    private OpenCutTracker NewOpen(long cut, long clockMs, bool pause) => new(cut, clockMs, pause, host.NowMs, job.Assignment!.Tasks);

    // Every source task has come to its end, and no manifest says so yet.
    private bool LastCutIsDue(IEnumerable<WorkerState> workers)
    {
        if (job.AllSplitsEnded || job.Manifest is not { Positions.Count: > 0 })
        {
            return false;
        }

        var reports = workers.Where(state => (long)state.Epoch == job.Epoch).SelectMany(state => state.Tasks).ToList();
        var sources = job.Plan!.Stages.Where(stage => stage.Role == Role.Source).Select(stage => stage.Name).ToHashSet(StringComparer.Ordinal);
        return job.Assignment!.Tasks.Where(task => sources.Contains(task.Stage)).All(task =>
            reports.Exists(report => report.Stage == task.Stage && report.Index == task.Index && report.Ended));
    }

    // Above every clock that a worker has met, whoever's: an instance's clock never falls.
    private void RaiseTicks(IEnumerable<WorkerState> workers, ClockReading? mirrored)
    {
        Ticks.RaiseTo(job.CheckpointClockMs);
        foreach (var state in workers.Where(state => state.Instance == job.Instance))
        {
            Ticks.RaiseTo(state.HighestClockMs);
        }

        if (mirrored is { } reading && reading.Instance == job.Instance)
        {
            Ticks.RaiseTo(reading.MinClockMs);
        }
    }
}

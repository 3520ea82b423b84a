using Gearpump.Engine.Log;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>What a coordinator tells: its state to the workers, the clocks to the mirror, the job's status to people. It decides nothing.</summary>
internal sealed class Announcer(
    CoordinatorOptions options, ICoordinatorHost host, Standing standing, JobRecord job, WorkerDirectory workers, CutCoordinator cuts, Membership membership, JobLog log)
{
    // Sources read nothing: more is owed than may be, or a change waits for its epoch.
    private bool PushBack => job.Debts.Bytes > options.OwedBytesMax || membership.PausesSources;

    public JobStatus Status()
    {
        var status = new JobStatus
        {
            Job = options.Job,
            Instance = job.Instance,
            State = StateName(),
            Term = (ulong)job.Term,
            Epoch = (ulong)job.Epoch,
            MinClockMs = standing.MinClockMs,
            CheckpointClockMs = job.CheckpointClockMs,
            Cut = (ulong)job.Cut,
            OwedBytes = (ulong)job.Debts.Bytes,
            OwedSegments = (ulong)job.Debts.Segments,
            PushBack = PushBack,
            LastCause = standing.LastCause.Length > 0 ? standing.LastCause : standing.Failed,
            Rollbacks = (ulong)standing.Rollbacks,
            Records = (ulong)workers.Attached.Sum(session => (long)session.State.Records),
            TickMs = cuts.Ticks.LastMs,
            WaitingFor = WaitingFor(),
            SlowestTask = SlowestTask(),
            Phase = PhaseForTests(),
        };
        if (cuts.Open is { } open)
        {
            status.OpenCut = open.ToState();
            status.OpenCutHeldBy = open.HeldBy();
        }

        status.Stalled.AddRange(workers.Stalled());
        status.Counters.AddRange(job.Manifest?.Counters ?? []);
        status.Workers.AddRange(job.Assignment?.Workers ?? []);
        return status;
    }

    public void Mirror()
    {
        if (job.Epoch > 0)
        {
            host.MirrorClocks(new ClockReading(job.Instance, job.Epoch, standing.MinClockMs, job.CheckpointClockMs));
        }
    }

    public void Broadcast()
    {
        foreach (var session in workers.Attached)
        {
            Send(session);
        }
    }

    public void Send(WorkerSession session)
    {
        if (standing.Phase == CoordinatorPhase.Loading || standing.IsMute)
        {
            return;
        }

        var state = new CoordinatorState
        {
            Protocol = ProtocolVersion.Current,
            Job = options.Job,
            Instance = job.Instance,
            InstanceNumber = (ulong)job.InstanceNumber,
            Term = (ulong)job.Term,
            Epoch = (ulong)job.Epoch,
            EpochIndex = (ulong)Math.Max(0, job.EpochIndex),
            ManifestIndex = (ulong)Math.Max(0, job.ManifestIndex),
            ManifestCut = (ulong)job.Cut,
            CheckpointClockMs = job.CheckpointClockMs,
            MinClockMs = standing.MinClockMs,
            TickMs = standing.Phase == CoordinatorPhase.Running ? cuts.Ticks.LastMs : 0,
            Run = standing.Phase == CoordinatorPhase.Running,
            PushBack = PushBack,
            Leave = standing.Phase == CoordinatorPhase.Over || membership.MayLeave(session),
            // Not before it stands in the log: this coordinator may be fenced, and the epoch go on.
            Failed = standing.Phase == CoordinatorPhase.Over ? standing.Failed : "",
            ExitCode = (uint)standing.ExitCode,
        };
        if (standing.Phase == CoordinatorPhase.Running && cuts.Open is { } open)
        {
            state.OpenCut = open.ToState();
        }

        state.ListSplits.AddRange(membership.SplitsAskedOf(session));
        host.Send(session.Stream, state);
    }

    private string WaitingFor() => standing.Phase switch
    {
        CoordinatorPhase.Gathering => membership.WaitingFor,
        CoordinatorPhase.Restoring when job.Assignment!.Workers.FirstOrDefault(worker => !workers.IsReady(worker, job.Epoch)) is { } worker =>
            $"{worker.Name}, which waits for {RestoreWatch.WaitsFor(workers.StateIn(worker, job.Epoch))}",
        _ => log.Trouble,
    };

    private string SlowestTask() => job.Epoch == 0 ? "" : job.TaskClocks(workers).Slowest;

    private string StateName() => standing.Phase switch
    {
        CoordinatorPhase.Over when standing.Failed.Length > 0 || standing.ExitCode != 0 => "failed",
        CoordinatorPhase.Over => job.Ended ? "ended" : "stopped",
        CoordinatorPhase.Running when standing.IsStopping => "stopping",
        CoordinatorPhase.Running => "running",
        CoordinatorPhase.Loading => "starting",
        _ => job.Epoch == 0 ? "starting" : "restoring",
    };

    private string PhaseForTests() => standing.Phase switch
    {
        CoordinatorPhase.Running when cuts.Open is { IsComplete: true } => "manifest",
        CoordinatorPhase.Running when cuts.Open is not null => "snapshot",
        CoordinatorPhase.Running when job.Debts.Segments > 0 => "publishing",
        CoordinatorPhase.Running => "idle",
        _ => "rollback",
    };
}

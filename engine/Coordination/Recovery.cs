using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Rollbacks: what they do, how they back off, and when there were too many.</summary>
internal sealed class Recovery(CoordinatorOptions options, ICoordinatorHost host, Standing standing, JobRecord job, CutCoordinator cuts, Membership membership)
{
    /// <summary>Counted from the log.</summary>
    public RestartBudget Budget { get; } = new(options.RestartBudget);

    /// <summary>The next epoch begins the count anew: an operator starts a failed job again.</summary>
    public bool HasFreshBudget { get; private set; }

    /// <summary>Why the job has failed: too many rollbacks. Null: the next epoch may begin.</summary>
    public string? Exhausted => Budget.IsSpent && !HasFreshBudget && !membership.IsForOutside
        ? $"{options.RestartBudget} rollbacks without a new cut; first: {Budget.FirstCause}; last: {Budget.LastCause}"
        : null;

    /// <summary>
    /// The epoch ends, and the next one begins at the newest manifest. A worker that has been away for long has had its time to be
    /// replaced: that wait counts from its last word, <paramref name="lostSinceMs"/>.
    /// </summary>
    public void RollBack(string cause, long? lostSinceMs = null, bool outside = false)
    {
        if (standing.Phase is CoordinatorPhase.Gathering or CoordinatorPhase.Over or CoordinatorPhase.Loading)
        {
            return;
        }

        standing.LastCause = cause;
        host.Log(MachineLogLevel.Warning, $"rollback of epoch {job.Epoch} to cut {job.Cut}: {cause}");
        Budget.Asked(cause);
        Gather(cause, lostSinceMs, outside);
    }

    /// <summary>An operator starts a failed job again: at once, whatever it has failed by.</summary>
    public void Resume()
    {
        HasFreshBudget = true;
        Budget.Reset();
        Gather("started again by an operator");
    }

    /// <summary>An epoch is wanted as soon as its workers are there.</summary>
    public void Gather(string cause, long? lostSinceMs = null, bool outside = false)
    {
        cuts.Drop();
        membership.Want(cause, planned: false, host.NowMs + Budget.DelayMs, lostSinceMs, outside);
        standing.Enter(CoordinatorPhase.Gathering);
    }

    /// <summary>The epoch is in the log.</summary>
    public void EpochBegan(LogEntry entry)
    {
        Budget.Started(entry);
        HasFreshBudget = false;
        standing.Rollbacks = Math.Max(0, job.Epoch - 1);
    }
}

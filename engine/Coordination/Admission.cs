using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Which workers may register, and how long a candidate holds on to those that have.</summary>
internal sealed class Admission(CoordinatorOptions options, ICoordinatorHost host, WorkerDirectory workers, JobRecord job, Membership membership)
{
    private long? _letGoAtMs;

    /// <summary>Why a worker may not register; null: it may.</summary>
    public string? Refusal(WorkerState state)
    {
        if (state.Protocol != ProtocolVersion.Current)
        {
            return $"protocol version {state.Protocol}, the coordinator speaks {ProtocolVersion.Current}";
        }

        if (state.Job != options.Job)
        {
            return $"job '{state.Job}', the coordinator runs '{options.Job}'";
        }

        return state.Plan is { } plan && job.Plan is { } ours ? PlanComparison.Refusal(ours, plan) : null;
    }

    /// <summary>The log has been read: who has registered before, and may not by what stands in it, is sent away. Why; null: nobody.</summary>
    public string? Review()
    {
        string? why = null;
        foreach (var session in workers.Attached.ToList())
        {
            if (Refusal(session.State) is { } refusal)
            {
                why ??= refusal;
                host.Log(MachineLogLevel.Warning, $"refused {session.Name}: {refusal}");
                SendAway(session, refusal, forGood: true);
            }
        }

        return why;
    }

    /// <summary>
    /// Before anything stands in the log nobody is fenced: two candidates, each with a worker that the other one waits for, would
    /// wait for ever. The jitter sees to it that one of them lets go while the other one still waits.
    /// </summary>
    public void LetGo()
    {
        if (job.IsCreated || !membership.LacksRole)
        {
            _letGoAtMs = null;
            return;
        }

        _letGoAtMs ??= host.NowMs + options.CandidateMs + (long)(host.NextRandom() % (ulong)(options.CandidateMs + 1));
        if (host.NowMs >= _letGoAtMs)
        {
            _letGoAtMs = null;
            foreach (var session in workers.Attached.ToList())
            {
                SendAway(session, $"waited in vain for {membership.WaitingFor}; another coordinator may have one", forGood: false);
            }
        }
    }

    private void SendAway(WorkerSession session, string reason, bool forGood)
    {
        host.Close(session.Stream, reason, forGood);
        workers.Detached(session.Stream);
    }
}

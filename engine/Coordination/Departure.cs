using Gearpump.Engine.Ports;

namespace Gearpump.Engine.Coordination;

/// <summary>
/// How a coordinator comes to its end, by a user's stop, with the job, or with a failure: its workers are told, and it leaves behind
/// them, or when they take too long.
/// </summary>
internal sealed class Departure(CoordinatorOptions options, ICoordinatorHost host, Standing standing, WorkerDirectory workers)
{
    private string _reason = "";
    private bool _hasLeft;
    private long _stopAtMs = long.MaxValue;

    /// <summary>A stop was asked for, and has had its time.</summary>
    public bool IsStopOverdue => standing.IsStopping && host.NowMs >= _stopAtMs;

    /// <summary>A user asks for a stop. False: somebody has before.</summary>
    public bool BeginStop()
    {
        if (standing.IsStopping)
        {
            return false;
        }

        standing.IsStopping = true;
        _stopAtMs = host.NowMs + options.StopMs;
        return true;
    }

    /// <summary>It is over: everybody leaves with the code, for that reason.</summary>
    public void Begin(int code, string reason)
    {
        SetReason(code, reason);
        standing.Enter(CoordinatorPhase.Over);
        host.Log(code == 0 ? MachineLogLevel.Information : MachineLogLevel.Error, reason);
    }

    /// <summary>Another reason than the one it began with.</summary>
    public void SetReason(int code, string reason) => (standing.ExitCode, _reason) = (code, reason);

    /// <summary>It is over: is it time to leave?</summary>
    public void Evaluate()
    {
        var sinceMs = host.NowMs - standing.PhaseSinceMs;
        if (!_hasLeft && (sinceMs >= options.SilenceMs || (workers.HaveCome && !workers.Any && sinceMs >= options.ReattachMs)))
        {
            _hasLeft = true;
            host.Exit(standing.ExitCode, _reason);
        }
    }
}

using Gearpump.Engine.Ports;

namespace Gearpump.Engine.Coordination;

/// <summary>Where a coordinator stands: what its decisions have come to, and others are told of.</summary>
internal sealed class Standing(IMachineHost host)
{
    public CoordinatorPhase Phase { get; private set; } = CoordinatorPhase.Loading;

    public long PhaseSinceMs { get; private set; }

    /// <summary>The user has asked for a stop.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Another coordinator decides, or may do so: this one tells nobody anything.</summary>
    public bool IsMute { get; set; }

    /// <summary>Why the job has failed; empty: it has not.</summary>
    public string Failed { get; set; } = "";

    /// <summary>With what everybody leaves once it is over.</summary>
    public int ExitCode { get; set; }

    /// <summary>Of the last rollback.</summary>
    public string LastCause { get; set; } = "";

    public long Rollbacks { get; set; }

    /// <summary>The global minimum clock. Within an instance of the job it never falls.</summary>
    public long MinClockMs { get; private set; }

    public void Enter(CoordinatorPhase phase)
    {
        Phase = phase;
        PhaseSinceMs = host.NowMs;
    }

    /// <summary>So much of the time was this coordinator's own absence.</summary>
    public void Excuse(long ms) => PhaseSinceMs = Math.Min(host.NowMs, PhaseSinceMs + ms);

    /// <summary>A log was read. What was read before may have been another instance's.</summary>
    public void BeginMinClockAt(long clockMs) => MinClockMs = clockMs;

    public void RaiseMinClockTo(long clockMs) => MinClockMs = Math.Max(MinClockMs, clockMs);
}

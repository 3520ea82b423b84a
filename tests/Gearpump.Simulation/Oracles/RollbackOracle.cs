using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// A rollback has a cause that a fault explains. Connections keep their order and processes their memory: gaps, wrong counts
/// and failed audits are bugs.
/// </summary>
internal sealed class RollbackOracle(SimWorld world)
{
    private const string Gone = " is gone (process ";

    private static readonly string[] Expected =
    [
        "created", "planned", "takeover: ", Gone, "has closed its control stream", "has been silent", "cannot be reached",
        "refuses channels for good", "at-least-once output: simulated", "is not ready and has had no answer",
    ];

    // Who asks because an older epoch is over speaks of that one, and who has not begun the newest yet is asked again.
    private static readonly string[] NotForGood = [" is over, this is epoch ", " has not begun here yet"];

    public void Started(string cause)
    {
        if (!Array.Exists(Expected, part => cause.Contains(part, StringComparison.Ordinal))
            || (cause.Contains(" refuses channels for good", StringComparison.Ordinal) && Array.Exists(NotForGood, part => cause.Contains(part, StringComparison.Ordinal))))
        {
            throw world.Fail($"a rollback that no fault explains: {cause}");
        }

        var at = cause.IndexOf(Gone, StringComparison.Ordinal);
        var lost = at < 0 ? null : world.Launcher.Alive.OfType<WorkerProcess>().FirstOrDefault(worker => cause[(at + Gone.Length)..].StartsWith(worker.Id, StringComparison.Ordinal));
        if (lost is not null && world.Launcher.IsCurrent(lost) && WasPushedOut(lost))
        {
            throw world.Fail($"a process that nobody has replaced has lost its place: {cause}");
        }
    }

    // By one that has slept. One that was stopped before its first epoch looks like a new one when it wakes up, to a coordinator that
    // has not seen it; so does one whose host has taken in the newest epoch while it slept; and one that has slept through the newest
    // epoch only may come before that is known to be in the log.
    private bool WasPushedOut(WorkerProcess lost) => world.Launcher.Alive.OfType<WorkerProcess>()
        .Any(other => other.Slot == lost.Slot && other.Replaced && other.EpochWhenStopped > 0
            && Math.Max(other.EpochWhenStopped, other.FirstEpochSaid) < world.Job.Newest.Epoch - 1);
}

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// A rollback has a cause that a fault explains. Connections keep their order and processes their memory: gaps, wrong counts
/// and failed audits are bugs.
/// </summary>
internal sealed class RollbackOracle(SimWorld world)
{
    private static readonly string[] Expected =
    [
        "created", "started again by an operator", "planned", "takeover: ", " is gone (process ", "has closed its control stream", "has been silent", "cannot be reached",
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

        if (world.Profile is { FaultsMs: 0, SlowOperatorMs: > 0 } && cause != "created" && !cause.StartsWith("planned", StringComparison.Ordinal))
        {
            throw world.Fail($"a rollback, and there are no faults: {cause}");
        }
    }
}

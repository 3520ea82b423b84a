namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Liveness before the end: while nothing is wrong cuts go on, with a backlog, with idle or ended tasks and with a slow operator.
/// </summary>
internal sealed class ProgressOracle(SimWorld world)
{
    public void Observe()
    {
        var log = world.Job.Newest;
        var quietSince = Math.Max(Math.Max(world.DisturbedUntilMs, world.Launcher.ChangedAtMs), log.MovedAtMs);
        if (log.Epoch > 0 && !log.Ended && !world.Launcher.Stopping && world.NowMs - quietSince > world.Profile.CheckpointMs + world.Profile.CutMostMs)
        {
            throw new SimulationFailedException($"no cut since {log.MovedAtMs} ms, and no fault since {world.DisturbedUntilMs} ms");
        }
    }
}

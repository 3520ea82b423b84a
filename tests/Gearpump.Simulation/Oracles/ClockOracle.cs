using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>Both clocks, as each coordinator tells them, never fall.</summary>
internal sealed class ClockOracle(SimWorld world)
{
    private readonly Dictionary<string, (long MinMs, long CheckpointMs)> _before = [];
    private readonly Dictionary<string, (ulong Term, long CheckpointMs, long MinMs)> _newest = [];

    /// <summary>A record reaches user code: every one below the min clock has been processed everywhere before.</summary>
    public void Processed(WorkerProcess process, string step, long clockMs)
    {
        if (process.Epoch == world.Job.Of(process.Instance).Epoch && _newest.TryGetValue(process.Instance, out var newest) && clockMs < newest.MinMs)
        {
            throw world.Fail($"{process.Name}: {step} gets a record of clock {clockMs}, the min clock is {newest.MinMs}");
        }
    }

    public void Observe(CoordinatorProcess coordinator, JobStatus status)
    {
        // Who has no term of its own only tells what it has read.
        if (status.Term == 0 || status.State is "starting" or "" || !world.Job.Of(status.Instance).IsTermOf(status.Term, coordinator.Id))
        {
            return;
        }

        var (min, checkpoint) = _before.GetValueOrDefault($"{coordinator.Id} {status.Instance}", (long.MinValue, long.MinValue));
        if (status.MinClockMs < min)
        {
            throw new SimulationFailedException($"{coordinator.Name}: the min clock falls from {min} to {status.MinClockMs}");
        }

        if (status.CheckpointClockMs < checkpoint)
        {
            throw new SimulationFailedException($"{coordinator.Name}: the checkpoint clock falls from {checkpoint} to {status.CheckpointClockMs}");
        }

        if (status.CheckpointClockMs > status.MinClockMs)
        {
            throw new SimulationFailedException($"{coordinator.Name}: checkpoint clock {status.CheckpointClockMs} above min clock {status.MinClockMs}");
        }

        var newest = _newest.GetValueOrDefault(status.Instance);
        if (status.Term >= newest.Term)
        {
            if (status.CheckpointClockMs < newest.CheckpointMs)
            {
                throw new SimulationFailedException($"{coordinator.Name} of term {status.Term}: checkpoint clock {status.CheckpointClockMs} below {newest.CheckpointMs} of term {newest.Term}");
            }

            _newest[status.Instance] = (status.Term, status.CheckpointClockMs, status.MinClockMs);
        }

        _before[$"{coordinator.Id} {status.Instance}"] = (status.MinClockMs, status.CheckpointClockMs);
    }
}

using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>Both clocks, as each coordinator tells them, never fall.</summary>
internal sealed class ClockOracle(SimWorld world)
{
    private readonly Dictionary<string, (long MinMs, long CheckpointMs)> _before = [];

    private (ulong Term, long CheckpointMs, long MinMs) _newest;

    /// <summary>A record reaches user code: every one below the min clock has been processed everywhere before.</summary>
    public void Processed(WorkerProcess process, string step, long clockMs)
    {
        if (process.Epoch == world.Log.Epoch && clockMs < _newest.MinMs)
        {
            throw world.Fail($"{process.Name}: {step} gets a record of clock {clockMs}, the min clock is {_newest.MinMs}");
        }
    }

    public void Observe(CoordinatorProcess coordinator, JobStatus status)
    {
        if (status.Term == 0 || status.State is "starting" or "")
        {
            return;
        }

        var (min, checkpoint) = _before.GetValueOrDefault(coordinator.Id, (long.MinValue, long.MinValue));
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

        if (status.Term >= _newest.Term)
        {
            if (status.CheckpointClockMs < _newest.CheckpointMs)
            {
                throw new SimulationFailedException($"{coordinator.Name} of term {status.Term}: checkpoint clock {status.CheckpointClockMs} below {_newest.CheckpointMs} of term {_newest.Term}");
            }

            _newest = (status.Term, status.CheckpointClockMs, status.MinClockMs);
        }

        _before[coordinator.Id] = (status.MinClockMs, status.CheckpointClockMs);
    }
}

using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>Both clocks, as each coordinator tells them, never fall.</summary>
internal sealed class ClockOracle(SimWorld world)
{
    private readonly Dictionary<string, (long MinMs, long CheckpointMs)> _before = [];
    private readonly Dictionary<string, ClockReading> _mirrored = [];
    private readonly Dictionary<string, (ulong Term, long CheckpointMs, long MinMs)> _newest = [];

    /// <summary>A record reaches user code: every one below the min clock has been processed everywhere before.</summary>
    public void Processed(WorkerProcess process, string step, long clockMs)
    {
        if (process.Epoch == world.Job.Of(process.Instance).Epoch && _newest.TryGetValue(process.Instance, out var newest) && clockMs < newest.MinMs)
        {
            throw world.Fail($"{process.Name}: {step} gets a record of clock {clockMs}, the min clock is {newest.MinMs}");
        }
    }

    /// <summary>A coordinator writes both to the mirror.</summary>
    public void Mirrored(CoordinatorProcess coordinator, ClockReading reading)
    {
        var name = $"{coordinator.Id} {reading.Instance}";
        var before = _mirrored.GetValueOrDefault(name, reading);
        if (reading.CheckpointClockMs > reading.MinClockMs || reading.MinClockMs < before.MinClockMs || reading.CheckpointClockMs < before.CheckpointClockMs || reading.Epoch < before.Epoch)
        {
            throw world.Fail($"{coordinator.Name} mirrors {reading}, behind {before}");
        }

        _mirrored[name] = reading;
    }

    /// <summary>The job has ended at this clock. Unless a coordinator has died behind its last commit, the mirror has been told of it.</summary>
    public void Ended(string instance, long checkpointClockMs)
    {
        if (world.Profile.FaultsMs > 0)
        {
            return;
        }

        var lastMs = _mirrored.Where(pair => pair.Value.Instance == instance).Select(static pair => pair.Value.CheckpointClockMs).DefaultIfEmpty(0).Max();
        if (lastMs != checkpointClockMs)
        {
            throw world.Fail($"the job has ended at {checkpointClockMs}, and {lastMs} is the last that was mirrored");
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

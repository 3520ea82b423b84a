using Gearpump.Protocol.V1;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// A worker of the running epoch whose control stream has closed counts as lost once it has had its time to dial again: not sooner, and
/// not only when it has been silent for long. One counts as silent that was silent while this coordinator was there to hear it.
/// </summary>
internal sealed class LossOracle(CoordinatorProcess coordinator, long reattachMs)
{
    /// <summary>A beat, a timer that comes late, and what lies between two looks.</summary>
    private const long SlackMs = 600;

    private readonly Dictionary<string, SimControlLink> _attached = [];
    private readonly Dictionary<string, long> _detachedMs = [];
    private readonly Dictionary<string, (long AtMs, long LongStopsMs)> _heard = [];
    private readonly Dictionary<string, long> _closedMs = [];
    private long _lookedMs;

    public void Heard(SimControlLink link)
    {
        _attached[link.Worker.Id] = link;
        _heard[link.Worker.Slot] = (coordinator.World.NowMs, coordinator.LongStopsMs);
        _detachedMs.Remove(link.Worker.Id);
        _closedMs.Remove(link.Worker.Slot);
    }

    public void Detached(SimControlLink link)
    {
        if (_attached.GetValueOrDefault(link.Worker.Id) == link)
        {
            _attached.Remove(link.Worker.Id);
            _detachedMs[link.Worker.Id] = coordinator.World.NowMs;
            _closedMs[link.Worker.Slot] = coordinator.World.NowMs;
        }
    }

    /// <summary>The coordinator has decided for a rollback.</summary>
    public void RollsBack(string cause)
    {
        var now = coordinator.World.NowMs;
        foreach (var (name, heard) in _heard)
        {
            if (cause.Contains($" {name} has been silent", StringComparison.Ordinal))
            {
                // What it has missed itself by less than a quarter of that time is not excused, nor what goes before the beat that was due.
                var awake = now - heard.AtMs - (coordinator.LongStopsMs - heard.LongStopsMs);
                Require(now - heard.AtMs >= coordinator.World.Profile.SilenceMs && awake >= coordinator.World.Profile.SilenceMs / 2, $"{now - heard.AtMs} ms after its last word, {awake} ms of them awake", cause);
            }

            if (cause.Contains($" {name} has closed its control stream", StringComparison.Ordinal))
            {
                Require(_closedMs.TryGetValue(name, out var closed) && now - closed >= reattachMs, $"{now - _closedMs.GetValueOrDefault(name, now)} ms after that", cause);
            }
        }
    }

    private void Require(bool holds, string when, string cause)
    {
        if (!holds)
        {
            coordinator.World.Fail($"{coordinator.Name}, {when}: {cause}");
        }
    }

    /// <summary>Called again and again while the coordinator is not stopped.</summary>
    public void Observe(JobStatus status)
    {
        var now = coordinator.World.NowMs;
        if (now - _lookedMs > SlackMs / 2 || coordinator.AwaitsLog || status.State != "running" || status.WaitingFor.Length > 0)
        {
            // It was stopped, or waits for its log: the time begins anew.
            foreach (var process in _detachedMs.Keys.ToList())
            {
                _detachedMs[process] = now;
            }
        }

        _lookedMs = now;
        if (status.Workers.FirstOrDefault(worker => _detachedMs.TryGetValue(worker.Process, out var since) && now - since >= reattachMs + SlackMs) is { } lost)
        {
            throw coordinator.World.Fail($"{coordinator.Name} runs on epoch {status.Epoch} for {now - _detachedMs[lost.Process]} ms without {lost.Name}, whose stream has closed");
        }
    }
}

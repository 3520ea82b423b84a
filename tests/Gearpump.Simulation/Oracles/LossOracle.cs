using Gearpump.Protocol.V1;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// A worker of the running epoch whose control stream has closed counts as lost once it has had its time to dial again, and not only
/// when it has been silent for long.
/// </summary>
internal sealed class LossOracle(CoordinatorProcess coordinator, long reattachMs)
{
    /// <summary>A beat, a timer that comes late, and what lies between two looks.</summary>
    private const long SlackMs = 500;

    private readonly Dictionary<string, SimControlLink> _attached = [];
    private readonly Dictionary<string, long> _detachedMs = [];
    private long _lookedMs;

    public void Heard(SimControlLink link)
    {
        _attached[link.Worker.Id] = link;
        _detachedMs.Remove(link.Worker.Id);
    }

    public void Detached(SimControlLink link)
    {
        if (_attached.GetValueOrDefault(link.Worker.Id) == link)
        {
            _attached.Remove(link.Worker.Id);
            _detachedMs[link.Worker.Id] = coordinator.World.NowMs;
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

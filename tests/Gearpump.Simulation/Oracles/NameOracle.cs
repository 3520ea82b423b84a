using Gearpump.Protocol.V1;
using Gearpump.Simulation.Network;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Of two processes with one name the one that was replaced does not take it back: unless its successor is away, or nothing that the
/// coordinator has seen tells which of them is older.
/// </summary>
internal sealed class NameOracle(CoordinatorProcess coordinator, long reattachMs)
{
    private readonly Dictionary<WorkerProcess, int> _order = [];
    private readonly Dictionary<WorkerProcess, (string Instance, long FirstEpoch, ulong Term)> _began = [];
    private readonly Dictionary<string, SimControlLink> _holders = [];
    private readonly Dictionary<SimControlLink, long> _detachedAt = [];

    public void Detached(SimControlLink link) => _detachedAt.TryAdd(link, coordinator.NowMs);

    /// <summary>A state was heard, and its stream stays open: its process has the name.</summary>
    public void Accepted(SimControlLink link, WorkerState state)
    {
        Heard(link, state);
        // A coordinator that has died, or was stopped, amid its step has not closed anything yet.
        if (coordinator is { Alive: true, Stopped: false } && _holders.GetValueOrDefault(state.Worker) is { } holder && holder.Worker != link.Worker
            && link.Worker.Replaced && coordinator.World.Launcher.IsCurrent(holder.Worker) && !IsAway(holder) && IsOlder(link.Worker, holder.Worker))
        {
            throw coordinator.World.Fail($"{link.Worker.Name} was replaced and takes its name back from {holder.Worker.Name}", OracleName.Members);
        }

        _holders[state.Worker] = link;
    }

    /// <summary>A state was heard, and its stream was closed.</summary>
    public void Heard(SimControlLink link, WorkerState state)
    {
        _order.TryAdd(link.Worker, _order.Count);
        _began[link.Worker] = (state.Instance, HadPart(link.Worker, state) ? link.Worker.FirstEpoch : 0, state.Term);
    }

    // A state may be older than what the worker has said meanwhile.
    private static bool HadPart(WorkerProcess worker, WorkerState state) => state.Instance == worker.Instance
        && ((long)state.Epoch > worker.FirstEpoch || ((long)state.Epoch == worker.FirstEpoch && state.Phase > WorkerPhase.Idle));

    private bool IsAway(SimControlLink link) => _detachedAt.TryGetValue(link, out var at) && coordinator.NowMs - at >= reattachMs;

    private bool IsOlder(WorkerProcess process, WorkerProcess other)
    {
        if (_order[process] < _order[other])
        {
            return true;
        }

        // Who has obeyed a newer coordinator than this one knows more.
        var (mine, theirs) = (_began[process], _began[other]);
        return mine.FirstEpoch > 0 && coordinator.Status() is { } status && mine.Term <= status.Term
            && !status.Workers.Any(worker => worker.Process == process.Id)
            && (theirs.FirstEpoch == 0 || (mine.Instance == theirs.Instance ? mine.FirstEpoch < theirs.FirstEpoch : theirs.Instance == status.Instance));
    }
}

using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>
/// Whether restoring gets on. Bounded by progress and not by time: a large state or a slow store is no fault, a worker to which
/// nothing is answered any more is one.
/// </summary>
internal sealed class RestoreWatch(long stallMs)
{
    private readonly Dictionary<string, (ulong Steps, long AtMs)> _workers = new(StringComparer.Ordinal);

    /// <summary>An epoch begins to restore.</summary>
    public void Begin() => _workers.Clear();

    /// <summary>So much of the time without an answer was the coordinator's own absence.</summary>
    public void Excuse(long ms)
    {
        foreach (var (worker, (steps, atMs)) in _workers)
        {
            _workers[worker] = (steps, atMs + ms);
        }
    }

    /// <summary>A worker is not ready yet. Why it counts as stuck; null where it does not.</summary>
    public string? Stuck(string worker, WorkerState? state, long nowMs)
    {
        var steps = state?.RestoreSteps ?? 0;
        if (!_workers.TryGetValue(worker, out var last) || last.Steps != steps)
        {
            _workers[worker] = (steps, nowMs);
            return null;
        }

        return nowMs - last.AtMs < stallMs ? null : $"{worker} is not ready and has had no answer for {stallMs} ms; it waits for {WaitsFor(state)}";
    }

    /// <summary>What a worker waits for, for people.</summary>
    public static string WaitsFor(WorkerState? state) => state is { RestoreWaitsFor.Length: > 0 } ? state.RestoreWaitsFor : "the epoch";
}

using Gearpump.Protocol.V1;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Hosts;

/// <summary>The control streams, and who dials again.</summary>
internal sealed class ControlNetwork(CoordinationWorld world)
{
    private const long RedialMs = 20;
    private readonly List<ControlLink> _links = [];
    private readonly List<(WorkerHost Worker, long AtMs, int Next)> _dials = [];

    public IReadOnlyList<ControlLink> Links => _links;

    /// <summary>When the next worker dials.</summary>
    public long DialAtMs => _dials.Count == 0 ? long.MaxValue : _dials.Min(dial => dial.AtMs);

    /// <summary>A worker dials the coordinators in turn, from <paramref name="next"/> on.</summary>
    public void Dial(WorkerHost worker, long atMs, int next) => _dials.Add((worker, atMs, next));

    /// <summary>Whoever is due and finds a coordinator is attached. True: somebody was.</summary>
    public bool DialDue()
    {
        var coordinators = world.Processes.OfType<CoordinatorHost>().ToList();
        for (var at = 0; at < _dials.Count; at++)
        {
            var (worker, atMs, next) = _dials[at];
            if (atMs > world.NowMs || !worker.Runs || !coordinators.Exists(coordinator => coordinator.Runs))
            {
                continue;
            }

            _dials.RemoveAt(at);
            var coordinator = coordinators[next % coordinators.Count];
            while (!coordinator.Runs)
            {
                coordinator = coordinators[++next % coordinators.Count];
            }

            var link = new ControlLink(worker.NextStream(), coordinator, worker);
            _links.Add(link);
            coordinator.OnAttached(link.Stream);
            worker.OnControlOpened();
            return true;
        }

        return false;
    }

    public void SendUp(WorkerHost worker, WorkerState state)
    {
        if (_links.Find(link => link.Worker == worker && link.WorkerOpen) is { } open)
        {
            open.Up = state;
        }
    }

    public void SendDown(CoordinatorHost coordinator, long stream, CoordinatorState state)
    {
        if (_links.Find(link => link.Coordinator == coordinator && link.Stream == stream) is not { CoordinatorOpen: true, WorkerOpen: true } open)
        {
            return;
        }

        // The port allows it: of two states with the same open cut the older one may be dropped.
        if (open.Down.Count > 0 && Equals(open.Down.Last().OpenCut, state.OpenCut) && !open.Down.Last().Leave)
        {
            var kept = open.Down.SkipLast(1).ToList();
            open.Down.Clear();
            kept.ForEach(open.Down.Enqueue);
        }

        open.Down.Enqueue(state);
    }

    public void CloseByCoordinator(CoordinatorHost coordinator, long stream)
    {
        if (_links.Find(link => link.Coordinator == coordinator && link.Stream == stream) is { } open)
        {
            (open.CoordinatorOpen, open.Up) = (false, null);
            Forget();
        }
    }

    public void CloseByWorker(WorkerHost worker)
    {
        if (_links.Find(link => link.Worker == worker && link.WorkerOpen) is { } open)
        {
            open.WorkerOpen = false;
            open.Down.Clear();
            DialAfter(open);
            Forget();
        }
    }

    public void OnDied(HostProcess process)
    {
        _dials.RemoveAll(dial => dial.Worker == process);
        foreach (var link in _links.FindAll(link => link.Worker == process || link.Coordinator == process))
        {
            // What it has sent may still arrive.
            if (link.Worker == process)
            {
                link.WorkerOpen = false;
                link.Down.Clear();
            }
            else
            {
                (link.CoordinatorOpen, link.Up) = (false, null);
            }
        }

        Forget();
    }

    public void DeliverDown(ControlLink link)
    {
        if (link.Down.TryDequeue(out var state))
        {
            link.Worker.OnControlState(state);
            return;
        }

        link.WorkerOpen = false;
        DialAfter(link);
        Forget();
        link.Worker.OnControlClosed("closed");
    }

    public void DeliverUp(ControlLink link)
    {
        if (link.Up is { } state)
        {
            link.Up = null;

            // A copy, as a wire makes one: the coordinator completes what it is told, and worlds share messages.
            link.Coordinator.OnWorkerState(link.Stream, state.Clone());
            return;
        }

        link.CoordinatorOpen = false;
        Forget();
        link.Coordinator.OnDetached(link.Stream);
    }

    private void DialAfter(ControlLink link)
    {
        var before = world.Processes.OfType<CoordinatorHost>().ToList().IndexOf(link.Coordinator);
        Dial(link.Worker, world.NowMs + RedialMs, before + 1);
    }

    private void Forget() => _links.RemoveAll(link => link.IsOver);
}

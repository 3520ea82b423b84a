using System.Globalization;
using Gearpump.Engine.Coordination;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Gearpump.Search.Graphs;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>Starts processes, and in place of a lost worker another one, a while later.</summary>
internal sealed class Launcher(CoordinationWorld world, JobGraph graph)
{
    private const long RestartMs = 300;
    private readonly List<(string Slot, Role Role, long AtMs)> _restarts = [];

    /// <summary>When the next worker is replaced.</summary>
    public long RestartAtMs => _restarts.Count == 0 ? long.MaxValue : _restarts.Min(restart => restart.AtMs);

    public void Replace(WorkerHost worker) => _restarts.Add((worker.Slot, worker.Role, world.NowMs + RestartMs));

    /// <summary>True: a worker was started.</summary>
    public bool RestartDue()
    {
        var due = _restarts.FindAll(restart => restart.AtMs <= world.NowMs);
        _restarts.RemoveAll(restart => restart.AtMs <= world.NowMs);
        due.ForEach(restart => StartWorker(restart.Slot, restart.Role));
        return due.Count > 0;
    }

    /// <summary>
    /// Where no coordinator runs, the next one is started, at once: its first step that others could notice is a listing of the
    /// log, and that is a choice. True: it was.
    /// </summary>
    public bool ReplaceCoordinator()
    {
        if (world.Processes.Any(process => process is CoordinatorHost { Runs: true }))
        {
            return false;
        }

        StartCoordinator();
        return true;
    }

    public void StartCoordinator()
    {
        var host = new CoordinatorHost(world, Named("C"), new CoordinatorOptions
        {
            Job = SearchGraphs.Job,
            Writer = "",
            Sources = 1,
            Processors = 1,
            TickMs = 200,
            SilenceMs = 1_300,
            ReattachMs = 200,
            TakeoverGraceMs = 800,
            ReplacementMs = 400,
            SettleMs = 200,
            CandidateMs = 2_000,
        });
        world.Add(host);
        host.Begin();
    }

    public void StartWorker(string slot, Role role)
    {
        var worker = new WorkerHost(world, Named(slot.ToUpperInvariant()), new WorkerOptions
        {
            Job = SearchGraphs.Job,
            Name = slot,
            Process = "",
            Address = "",
            Role = role,
            HeartbeatMs = 400,
            SilenceMs = 1_300,
            LingerMs = 1,
            BatchBytes = 64,
        }, graph);
        world.Add(worker);
        worker.Begin();
        world.Control.Dial(worker, world.NowMs, 0);
    }

    // Its number among those of its kind: whether a coordinator or a worker was started first makes no other state.
    private string Named(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}{world.Processes.Count(process => process.Name.StartsWith(what, StringComparison.Ordinal)) + 1}");
}

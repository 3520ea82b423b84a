using Gearpump.Engine;
using Gearpump.Engine.Log;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Gearpump.Search.Graphs;
using Gearpump.Search.Hosts;
using Google.Protobuf;
using Role = Gearpump.Protocol.V1.Role;

namespace Gearpump.Search.Worlds;

/// <summary>
/// Stands for the coordinator where channels are searched: one epoch, ticks, one cut open at a time, which it takes as
/// committed once every task has reported its part and both ends of every channel agree. It says only what a coordinator says.
/// </summary>
internal sealed class ScriptedControl
{
    private const string Instance = "i";
    private readonly SortedDictionary<string, CutPart> _parts = new(StringComparer.Ordinal);
    private readonly int _tasks;

    public ScriptedControl(SearchStore store, JobGraph graph, IServiceProvider services)
    {
        var plan = PlanFactory.Create(graph, new JobResources(graph, services));
        var assignment = new Assignment();
        foreach (var stage in plan.Stages)
        {
            var at = (uint)assignment.Workers.Count;
            assignment.Workers.Add(new WorkerRef { Name = stage.Name, Process = stage.Name.ToUpperInvariant(), Address = stage.Name.ToUpperInvariant(), Role = stage.Role });
            var task = new TaskRef { Stage = stage.Name, Worker = at, EndGroup = 128 };
            if (stage.Role == Role.Source)
            {
                task.Splits.Add(stage.Name);
            }

            assignment.Tasks.Add(task);
        }

        _tasks = assignment.Tasks.Count;
        var manifest = new LogEntry { Manifest = new Manifest { Plan = plan } };
        foreach (var stage in graph.Stages.Where(stage => stage.Source is not null))
        {
            var split = ((SearchSource)stage.Source!(services)).Splits[0];
            manifest.Manifest.Positions.Add(new SplitPosition
            {
                Stage = stage.Name,
                Split = new Split { Id = split.Id, Bounded = true, Start = ByteString.CopyFrom(split.Start.Bytes.Span), End = ByteString.CopyFrom(split.End!.Value.Bytes.Span) },
                Position = ByteString.CopyFrom(split.Start.Bytes.Span),
            });
        }

        Append(store, 0, manifest);
        Append(store, 1, new LogEntry { Epoch = 1, EpochStarted = new EpochStarted { Plan = plan, Assignment = assignment } });
    }

    public long Tick { get; private set; }

    /// <summary>The newest committed cut.</summary>
    public long Committed { get; private set; }

    public OpenCut? Open { get; private set; }

    /// <summary>T of every cut that was opened, from the first on.</summary>
    public List<long> Clocks { get; } = [];

    /// <summary>Before the run, and without a tick.</summary>
    public CoordinatorState State(bool run) => new()
    {
        Protocol = ProtocolVersion.Current,
        Job = SearchGraphs.Job,
        Instance = Instance,
        Term = 1,
        Epoch = 1,
        EpochIndex = 1,
        ManifestCut = (ulong)Committed,
        TickMs = Tick,
        Run = run,
        OpenCut = Open,
    };

    /// <summary>The next tick; the next cut opens with it, unless one is open.</summary>
    public CoordinatorState NextTick(int cuts)
    {
        Tick++;
        // Something is read before the first cut: at tick 1 none is opened.
        if (Tick > 1 && Open is null && Committed < cuts)
        {
            Open = new OpenCut { Cut = (ulong)Committed + 1, ClockMs = Tick };
            Clocks.Add(Tick);
        }

        return State(run: true);
    }

    /// <summary>Takes what a worker says. Returns what is wrong with the cut that it completes; null: nothing.</summary>
    public string? Hear(WorkerState state, Func<IReadOnlyList<CutPart>, string?> check)
    {
        if (state.Ask is { } ask)
        {
            return $"{state.Worker} asks for a rollback: {ask.Cause}";
        }

        if (Open is not { } open || state.Tasks.Count == 0 || state.Tasks[0].Part is not { } part || part.Cut != open.Cut)
        {
            return null;
        }

        _parts[state.Worker] = part;
        if (_parts.Count < _tasks)
        {
            return null;
        }

        var parts = _parts.Values.ToList();
        _parts.Clear();
        (Committed, Open) = ((long)open.Cut, null);
        return Audit(parts) ?? check(parts);
    }

    private static string? Audit(List<CutPart> parts)
    {
        var received = parts.SelectMany(part => part.Received).ToDictionary(audit => audit.Channel);
        return parts.SelectMany(part => part.Sent).Where(sent => !sent.Equals(received.GetValueOrDefault(sent.Channel)))
            .Select(sent => $"cut {parts[0].Cut}: channel {sent.Channel} has other records at its two ends").FirstOrDefault();
    }

    private static void Append(SearchStore store, long index, LogEntry entry)
    {
        (entry.Format, entry.Job, entry.Instance) = (ProtocolVersion.LogFormat, SearchGraphs.Job, Instance);
        store.TryCreate(new StoredObject(StoreKeys.LogEntry(SearchGraphs.Job, Instance, index), entry.ToByteArray()));
    }
}

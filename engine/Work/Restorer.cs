using Gearpump.Engine.Snapshots;
using Gearpump.Engine.Work.Tasks;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work;

/// <summary>Brings states back from the objects that a manifest names. There is no other way to restore.</summary>
internal sealed class Restorer(WorkerContext context, EpochIdentity epoch, Func<bool> isOver, Action<string> jobFails, Action stepped)
{
    private const int ReadsAtOnce = 4;
    private readonly Queue<(ITaskState State, StateObject Object, KeyGroupRange Range)> _queue = new();
    private int _underWay;

    public bool IsDone { get; private set; }

    /// <summary>Objects that are still to be read.</summary>
    public int Left => _queue.Count + _underWay;

    public void Start(IEnumerable<WorkerTask> tasks, Manifest manifest, Assignment assignment)
    {
        foreach (var task in tasks)
        {
            var count = (uint)assignment.Tasks.Count(candidate => candidate.Stage == task.Place.Stage);
            var range = new KeyGroupRange((int)task.Place.FirstGroup, (int)task.Place.EndGroup);
            foreach (var state in task.Processor.Chain.States)
            {
                foreach (var item in manifest.Objects.Where(item => item.Step == state.Step && Concerns(item, range, task.Place.Index, count)))
                {
                    _queue.Enqueue((state, item, range));
                }
            }
        }

        Next();
    }

    // Un-keyed state of a task that is no more is merged into another by Combine.
    private static bool Concerns(StateObject item, KeyGroupRange range, uint task, uint tasks) => item.Keyed
        ? range.Overlaps(new KeyGroupRange((int)item.FirstGroup, (int)item.EndGroup))
        : item.Task % tasks == task;

    private void Next()
    {
        while (_underWay < ReadsAtOnce && _queue.TryDequeue(out var next))
        {
            _underWay++;
            Read(next.State, next.Object, next.Range, new Backoff(context.Host));
        }

        if (_underWay == 0 && !IsDone)
        {
            IsDone = true;
            stepped();
        }
    }

    private void Read(ITaskState state, StateObject item, KeyGroupRange range, Backoff backoff) => context.Host.Store.Get(item.Key, result =>
    {
        if (isOver())
        {
            return;
        }

        if (result.Missing)
        {
            jobFails($"snapshot {item.Key} is missing");
            return;
        }

        if (result.Bytes is not { } bytes)
        {
            stepped();
            context.Host.Log(Ports.MachineLogLevel.Warning, $"reading {item.Key}: {result.Error}; trying again");
            context.Timers.After(backoff.NextMs(), () =>
            {
                if (!isOver())
                {
                    Read(state, item, range, backoff);
                }
            });
            return;
        }

        try
        {
            state.Restore(SnapshotObject.Read(bytes, item, context.Graph.Job, epoch.Instance), range);
        }
        catch (InvalidDataException e)
        {
            jobFails(e.Message.Contains(item.Key, StringComparison.Ordinal) ? e.Message : $"snapshot {item.Key}: {e.Message}");
            return;
        }

        _underWay--;
        stepped();
        Next();
    });
}

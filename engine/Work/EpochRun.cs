using Gearpump.Engine.Channels;
using Gearpump.Engine.Log;
using Gearpump.Engine.Publishing;
using Gearpump.Engine.Work.Tasks;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work;

/// <summary>
/// A worker's share of one epoch. It is made when the coordinator names the epoch and is thrown away whole when it names the
/// next: nothing of it outlives the epoch, and answers that come late find it over.
/// </summary>
internal sealed class EpochRun
{
    private readonly Action<RollbackRequest> _ask;
    private readonly Action _stateChanged;
    private readonly List<WorkerTask> _tasks = [];
    private readonly List<Publisher> _publishers = [];
    private Restorer? _restorer;
    private CoordinatorState _control;
    private int _next;
    private long _restoreSteps;
    private bool _over;
    private bool _flushAsked;

    public EpochRun(WorkerContext context, CoordinatorState control, Func<long> nextCall, Action<RollbackRequest> ask, Action stateChanged)
    {
        Context = context;
        _control = control;
        _ask = ask;
        _stateChanged = stateChanged;
        Identity = new EpochIdentity(control.Instance, (long)control.Epoch);
        Uploader = new Uploader(context, AskRollback);
        States = new StateUploader(context, Identity, Uploader, () => _over, AskRollback);
        Links = new Links(context, Identity, nextCall, AskRollback, OnRestoreStep);
    }

    public WorkerContext Context { get; }

    public EpochIdentity Identity { get; }

    public Uploader Uploader { get; }

    public StateUploader States { get; }

    public Links Links { get; }

    public WorkerPhase Phase { get; private set; } = WorkerPhase.Idle;

    /// <summary>A rollback or the job's failure was asked for: nothing more is processed in this epoch.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>Tasks and channels are there.</summary>
    public bool IsBuilt => Phase != WorkerPhase.Idle;

    public long Records => _tasks.Sum(task => task.Processor.Records);

    /// <summary>Reads the epoch's entry and its manifest, and takes up what they assign to this process.</summary>
    public void Start() => ReadEntry((long)_control.EpochIndex, entry =>
    {
        if (entry.EpochStarted is not { } started || (long)entry.Epoch != Identity.Epoch)
        {
            AskRollback($"log entry {_control.EpochIndex} does not begin epoch {Identity.Epoch}");
        }
        else if (started.Assignment.Workers.Any(worker => worker.Process == Context.Options.Process))
        {
            ReadEntry((long)started.ManifestIndex, manifest => Build(started, manifest));
        }
    });

    public void OnControl(CoordinatorState state)
    {
        _control = state;
        if (Phase == WorkerPhase.Ready && state.Run)
        {
            Phase = WorkerPhase.Running;
            _stateChanged();
        }

        if (Phase != WorkerPhase.Running)
        {
            return;
        }

        if (state.TickMs > 0 && !IsFailing)
        {
            foreach (var task in _tasks.OfType<SourceTask>())
            {
                task.OnTick(state.TickMs, state.OpenCut);
            }
        }

        foreach (var publisher in _publishers)
        {
            publisher.OnManifest((long)state.ManifestIndex, (long)state.ManifestCut);
        }
    }

    /// <summary>Sources read nothing: not yet, while outputs push back, or behind a cut that asks for it.</summary>
    public bool SourcesPause(long nextCut) =>
        !_control.Run || _control.PushBack || (_control.OpenCut is { Pause: true } open && (long)open.Cut < nextCut);

    /// <summary>A bounded piece of work. True: there is more.</summary>
    public bool Step()
    {
        if (Phase != WorkerPhase.Running || IsFailing)
        {
            return false;
        }

        var worked = false;
        for (var looked = 0; looked < _tasks.Count && !worked && !IsFailing; looked++)
        {
            worked = _tasks[_next].Step();
            _next = (_next + 1) % _tasks.Count;
        }

        Links.SendFeedback();
        return worked && !IsFailing;
    }

    public void FillState(WorkerState state)
    {
        state.Phase = Phase;
        state.RestoreSteps = (ulong)_restoreSteps;
        state.RestoreWaitsFor = RestoreWaitsFor();
        state.Tasks.AddRange(_tasks.Select(task => task.Report()));
        state.Publishers.AddRange(_publishers.Select(publisher => publisher.Report()));
    }

    public void AskRollback(string cause) => Ask(new RollbackRequest { Cause = cause });

    /// <summary>As <see cref="AskRollback"/>; what is wrong is outside, and may be for as long as it likes.</summary>
    public void AskRollbackForOutside(string cause) => Ask(new RollbackRequest { Cause = cause, Outside = true });

    public void FailJob(string cause) => Ask(new RollbackRequest { Cause = cause, Fail = true });

    public void StateChanged() => _stateChanged();

    /// <summary>Something waits in an open batch: it is sent after the linger.</summary>
    public void BecameDirty()
    {
        if (_flushAsked)
        {
            return;
        }

        _flushAsked = true;
        Context.Timers.After(Context.Options.LingerMs, () =>
        {
            _flushAsked = false;
            if (!_over && !IsFailing)
            {
                foreach (var task in _tasks)
                {
                    task.Flush();
                }
            }
        });
    }

    /// <summary>Something that restoring waits for was answered. Restored, splits open, channels open: the worker says that it is ready.</summary>
    public void OnRestoreStep()
    {
        _restoreSteps++;
        if (Phase == WorkerPhase.Restoring && _restorer is { IsDone: true } && Links.AreOpen && _tasks.OfType<SourceTask>().All(task => task.IsOpen))
        {
            Phase = WorkerPhase.Ready;
            _stateChanged();
        }
    }

    public void Stop(string reason)
    {
        _over = true;
        Uploader.Stop();
        Links.Stop(reason);
        foreach (var task in _tasks)
        {
            task.Stop();
        }

        foreach (var publisher in _publishers)
        {
            publisher.Stop();
        }
    }

    private void Ask(RollbackRequest request)
    {
        if (!IsFailing && !_over)
        {
            IsFailing = true;
            _ask(request);
        }
    }

    private void Build(EpochStarted started, LogEntry manifest)
    {
        if (manifest.Manifest is null)
        {
            AskRollback($"log entry {started.ManifestIndex} is no manifest");
            return;
        }

        var builder = new TaskBuilder(this, started.Plan, started.Assignment, manifest);
        var us = started.Assignment.Workers.ToList().FindIndex(worker => worker.Process == Context.Options.Process);
        foreach (var place in started.Assignment.Tasks.Where(task => task.Worker == us))
        {
            _tasks.Add(builder.Build(place));
        }

        foreach (var place in started.Assignment.Publishers.Where(publisher => publisher.Worker == us))
        {
            _publishers.Add(new Publisher(Context, Identity, place.System, (int)place.Number, Context.Resources.Systems[place.System], FailJob, _stateChanged));
        }

        Phase = WorkerPhase.Restoring;
        _stateChanged();
        _restorer = new Restorer(Context, Identity, () => _over, FailJob, OnRestoreStep);
        Links.DialAll();
        foreach (var task in _tasks.OfType<SourceTask>())
        {
            task.Open();
        }

        _restorer.Start(_tasks, manifest.Manifest, started.Assignment);
    }

    private string RestoreWaitsFor()
    {
        if (Phase == WorkerPhase.Idle)
        {
            return $"log entry {_control.EpochIndex}";
        }

        if (Phase != WorkerPhase.Restoring)
        {
            return "";
        }

        return _restorer is { IsDone: false } restorer ? $"{restorer.Left} snapshot objects"
            : _tasks.OfType<SourceTask>().FirstOrDefault(static task => !task.IsOpen) is { } closed ? $"the splits of {closed.Name}"
            : $"channels to {Links.Closed}";
    }

    private void ReadEntry(long index, Action<LogEntry> read, Backoff? backoff = null)
    {
        var key = StoreKeys.LogEntry(Context.Graph.Job, Identity.Instance, index);
        Context.Host.Store.Get(key, result =>
        {
            if (_over)
            {
                return;
            }

            _restoreSteps++;
            if (result.Bytes is { } bytes)
            {
                if (!JobLog.TryParse(key, bytes, out var entry, out var reason))
                {
                    FailJob(reason);
                    return;
                }

                // Collected, as below, and a candidate's late request has put its term there, which it lost when it asked first.
                if (entry.TermStarted is not null)
                {
                    return;
                }

                try
                {
                    read(entry);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    // The user's factories run here.
                    Context.Host.Log(Ports.MachineLogLevel.Error, $"{e}");
                    AskRollback($"building the tasks: {e.GetType().Name}: {e.Message}");
                }

                return;
            }

            // Missing: the epoch is old and its entry collected; whoever joins now waits for the next one.
            if (!result.Missing)
            {
                backoff ??= new Backoff(Context.Host);
                Context.Timers.After(backoff.NextMs(), () =>
                {
                    if (!_over)
                    {
                        ReadEntry(index, read, backoff);
                    }
                });
            }
        });
    }
}

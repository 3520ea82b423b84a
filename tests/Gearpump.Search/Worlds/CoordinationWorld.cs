using Gearpump.Engine.Ports;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Search.Copying;
using Gearpump.Search.Exploration;
using Gearpump.Search.Graphs;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>
/// Real coordinators, a source worker and a processor worker with a publisher, from a running job to its end. Choices are
/// every state on a control stream in either direction, every write to the log and every listing of it, everything that the
/// publisher asks of the outside, timers that are due together, and faults, at every moment.
/// Done at once: what the data plane does (the channels have a search of their own), uploads of objects, for no two tasks and
/// epochs share a name and nobody asks for one before a manifest names it, and reading an entry of the log, which never changes.
/// Time moves only when nothing else can happen, so no process is slow by itself: one that is slow is a paused one, and a
/// message that is late is one to or from a paused one, or a request that timed out.
/// </summary>
internal sealed class CoordinationWorld : HostedWorld
{
    private const long EndMostMs = 20_000;
    private readonly CoordinationBounds _bounds;
    private readonly Launcher _launcher;
    private readonly List<Request> _requests = [];
    private readonly List<HostProcess> _paused = [];
    private readonly FaultBudget _faults;
    private long _nowMs;

    private bool _hasNews;

    // Only for the bound on how long it takes to the end: the way that was shortest in steps decides.
    [NotState] private long _lastFaultMs;

    public CoordinationWorld(CoordinationBounds bounds)
        : base(bounds.OverwritingStore)
    {
        _bounds = bounds;
        _launcher = new Launcher(this, SearchGraphs.Chain(bounds.Records));
        _faults = new FaultBudget(bounds);
        Control = new ControlNetwork(this);
        _launcher.StartCoordinator();
        _launcher.StartWorker("s", Role.Source);
        _launcher.StartWorker("p", Role.Processor);
        Settle();
        RunToWork();
    }

    public ControlNetwork Control { get; }

    public OutsideTarget Outside { get; } = new();

    public override long NowMs => _nowMs;

    public override bool IsTerminal => HasEnded && Outside.Published == _bounds.Records && _paused.Count == 0 && !_requests.Exists(request => request.LastsWithoutOwner);

    private bool HasEnded => Store.Log.Any(item => item.Entry!.Ended is not null);

    public override long RecordAtMs(long index) => 600 + (300 * index);

    public override void Choices(List<Choice> into)
    {
        AddUrgent(into);
        var quiet = into.Count == 0;
        if (quiet && !HasEnded)
        {
            into.Add(Of(CoordinationChoice.Time));
        }

        if (_faults.Rivals > 0)
        {
            into.Add(Of(CoordinationChoice.Start));
        }

        AddFaults(quiet, into);
    }

    public override void Take(Choice choice)
    {
        var kind = (CoordinationChoice)choice.Kind;
        if (kind >= CoordinationChoice.Start)
        {
            _lastFaultMs = NowMs;
        }

        switch (kind)
        {
            case CoordinationChoice.Down:
                Control.DeliverDown(Control.Links[choice.A]);
                break;
            case CoordinationChoice.Up:
                Control.DeliverUp(Control.Links[choice.A]);
                break;
            case CoordinationChoice.Serve:
                var request = _requests[choice.A];
                _requests.RemoveAt(choice.A);
                request.Serve();
                _hasNews |= request.LastsWithoutOwner;
                break;
            case CoordinationChoice.Wake:
                Processes[choice.A].Wake();
                break;
            case CoordinationChoice.Time:
                GetLater();
                break;
            case CoordinationChoice.Start:
                _faults.Rivals--;
                _launcher.StartCoordinator();
                break;
            case CoordinationChoice.Crash:
                _faults.Crash(Processes[choice.A]);
                Kill(Processes[choice.A], restarts: true);
                break;
            case CoordinationChoice.Pause:
                Pause(Processes[choice.A]);
                break;
            case CoordinationChoice.Resume:
                Processes[choice.A].IsPaused = false;
                _paused.Remove(Processes[choice.A]);
                break;
            case CoordinationChoice.TimeOut:
                _faults.TimeOuts--;
                _requests[choice.A].IsLate = true;
                _requests[choice.A].TimeOut!();
                break;
        }

        Settle();
        if (NowMs - _lastFaultMs > EndMostMs)
        {
            Fail($"the job has not ended {EndMostMs} ms after the last fault");
        }
    }

    public override string Describe(Choice choice) => Time + ((CoordinationChoice)choice.Kind switch
    {
        CoordinationChoice.Down => Control.Links[choice.A].DescribeDown(),
        CoordinationChoice.Up => Control.Links[choice.A].DescribeUp(),
        CoordinationChoice.Serve => $"{_requests[choice.A].Owner.Name}: {_requests[choice.A].What}{(_requests[choice.A].IsLate || !_requests[choice.A].Owner.Runs ? ", late" : "")}",
        CoordinationChoice.Wake => $"{Processes[choice.A].Name} wakes",
        CoordinationChoice.Time => "it gets later",
        CoordinationChoice.Start => "a coordinator is started beside a living one",
        CoordinationChoice.Crash => $"{Processes[choice.A].Name} is KILLED",
        CoordinationChoice.Pause => $"{Processes[choice.A].Name} is STOPPED",
        CoordinationChoice.Resume => $"{Processes[choice.A].Name} is WOKEN",
        _ => $"{_requests[choice.A].Owner.Name}: {_requests[choice.A].What}: TIMES OUT, and is still on its way",
    });

    public override string Summary() => $"{Time}published {Outside.Published} of {_bounds.Records}; log: {string.Join(' ', Store.Log.Select(item => $"{item.Index}:{item.Entry!.BodyCase}({item.Entry.Writer} t{item.Entry.Term} e{item.Entry.Epoch} c{item.Entry.Cut})"))}";

    public override void OnCreate(HostProcess process, StoredObject item, Action<PutResult> answer)
    {
        if (item.Entry is null)
        {
            AnswerCreate(process, item, answer);
            return;
        }

        _requests.Add(new Request(process, $"creates log entry {item.Index} ({item.Entry.BodyCase}, epoch {item.Entry.Epoch}, cut {item.Entry.Cut})", true, answers =>
        {
            var created = CreateEntry(item);
            if (answers)
            {
                process.Soon(() => answer(new PutResult(created ? PutOutcome.Created : PutOutcome.Exists)));
            }
        }, () => process.Soon(() => answer(new PutResult(PutOutcome.Unknown, "no answer")))));
    }

    public override void OnList(HostProcess process, string prefix, string? after, Action<ListResult> answer)
    {
        if (!prefix.EndsWith("/log/", StringComparison.Ordinal))
        {
            AnswerList(process, prefix, after, answer);
            return;
        }

        _requests.Add(new Request(process, "lists the log", false, _ =>
        {
            var keys = Store.List(prefix, after);
            process.Soon(() => answer(new ListResult(keys)));
        }, null));
    }

    public override void OnSendControl(WorkerHost worker, WorkerState state) => Control.SendUp(worker, state.Clone());

    public override void OnReconnect(WorkerHost worker, string why) => Control.CloseByWorker(worker);

    /// <summary>A coordinator tells only of what stands in the log.</summary>
    public void OnCoordinatorSends(CoordinatorHost coordinator, long stream, CoordinatorState state)
    {
        if (LogOracle.CheckTold(state, Store) is { } wrong)
        {
            Fail($"{coordinator.Name} {wrong}");
        }

        Control.SendDown(coordinator, stream, state);
    }

    public override void OnExit(HostProcess process, int code, string reason)
    {
        var isReplaced = Processes.OfType<WorkerHost>().Any(other => process is WorkerHost worker && other != worker && other.Slot == worker.Slot && other.IsAlive);
        if (code != 75 && !HasEnded && !isReplaced)
        {
            Fail($"{process.Name} leaves with {code}: {reason}");
        }

        Kill(process, restarts: false);
    }

    public override void OnOpenSession(WorkerHost worker, Action<IPublishSession?, string?> answer) => _requests.Add(Outside.Opening(worker, answer));

    public override void OnReadMarker(WorkerHost worker, SearchSession session, Action<PublishMarker?, string?> answer) =>
        _requests.Add(Outside.ReadingMarker(worker, answer));

    public override void OnPublish(WorkerHost worker, SearchSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) =>
        _requests.Add(Outside.Publishing(worker, session, segments, marker, answer));

    protected override bool SettleMore()
    {
        var any = Control.DialDue() | Network.DeliverAll();
        foreach (var worker in Processes.OfType<WorkerHost>().Where(worker => worker.Runs).ToList())
        {
            any |= worker.TellReaders();
            while (worker.WantsStep)
            {
                worker.Step();
                any = true;
            }
        }

        var alone = Processes.Where(process => process.Runs && process.WakeAtMs <= NowMs && IsAlone(process)).ToList();
        alone.ForEach(process => process.Wake());
        any |= alone.Count > 0;
        return any | _launcher.RestartDue() | (!HasEnded && _launcher.ReplaceCoordinator());
    }

    // A coordinator that nobody is attached to, and that waits for no answer: its timer concerns nobody else. What it does then
    // is a request, and that is a choice; and nothing of its own can come before the timer or after it.
    private bool IsAlone(HostProcess process) => process is CoordinatorHost
        && !Control.Links.Any(link => link.Coordinator == process) && !_requests.Exists(request => request.Owner == process && !request.IsLate);

    private void AddUrgent(List<Choice> into)
    {
        for (var at = 0; at < Control.Links.Count; at++)
        {
            if (Control.Links[at].HasDown)
            {
                into.Add(Of(CoordinationChoice.Down, at));
            }

            if (Control.Links[at].HasUp)
            {
                into.Add(Of(CoordinationChoice.Up, at));
            }
        }

        for (var at = 0; at < _requests.Count; at++)
        {
            if (!_requests[at].IsLate && _requests[at].Owner.Runs)
            {
                into.Add(Of(CoordinationChoice.Serve, at));
            }
        }

        for (var at = 0; at < Processes.Count; at++)
        {
            if (Processes[at].Runs && Processes[at].WakeAtMs <= NowMs)
            {
                into.Add(Of(CoordinationChoice.Wake, at));
            }
        }
    }

    private void AddFaults(bool quiet, List<Choice> into)
    {
        for (var at = 0; at < Processes.Count; at++)
        {
            // A coordinator that is woken before another one has begun was late with what it heard, and nothing else.
            if (!HasEnded && Processes[at] is CoordinatorHost { IsPaused: true } && at == Processes.ToList().FindLastIndex(process => process is CoordinatorHost))
            {
                continue;
            }

            if (Processes[at].IsPaused && ((quiet && _hasNews) || HasEnded || !_bounds.WakesBehindNews))
            {
                into.Add(Of(CoordinationChoice.Resume, at));
            }
            else if (Processes[at].Runs && !HasEnded)
            {
                AddFaults(at, into);
            }
        }

        for (var at = 0; at < _requests.Count; at++)
        {
            if (_requests[at].IsLate || (_requests[at].Owner.IsPaused && _requests[at].LastsWithoutOwner))
            {
                into.Add(Of(CoordinationChoice.Serve, at));
            }
            else if (_faults.TimeOuts > 0 && _requests[at] is { TimeOut: not null, Owner.Runs: true })
            {
                into.Add(Of(CoordinationChoice.TimeOut, at));
            }
        }
    }

    private void AddFaults(int at, List<Choice> into)
    {
        if (_faults.MayCrash(Processes[at]))
        {
            into.Add(Of(CoordinationChoice.Crash, at));
        }

        if (_faults.MayPause(Processes[at]) && (!_bounds.StopsInRequest || _requests.Exists(request => request.Owner == Processes[at])))
        {
            into.Add(Of(CoordinationChoice.Pause, at));
        }
    }

    private void GetLater()
    {
        var next = Math.Min(Control.DialAtMs > NowMs ? Control.DialAtMs : long.MaxValue, _launcher.RestartAtMs);
        foreach (var process in Processes.Where(process => process.Runs))
        {
            next = Math.Min(next, process.WakeAtMs);
            next = Math.Min(next, process is WorkerHost worker ? worker.RecordsAtMs : long.MaxValue);
        }

        (_nowMs, _hasNews) = (next, false);
    }

    private void Pause(HostProcess process)
    {
        _faults.Pause(process);
        process.IsPaused = true;
        _paused.Add(process);
        if (process is WorkerHost worker)
        {
            _launcher.Replace(worker);
        }
    }

    private void Kill(HostProcess process, bool restarts)
    {
        process.Die();
        process.IsPaused = false;
        _paused.Remove(process);
        Control.OnDied(process);
        _requests.RemoveAll(request => request.Owner == process && !request.LastsWithoutOwner);
        _requests.FindAll(request => request.Owner == process).ForEach(request => request.IsLate = true);
        if (process is WorkerHost worker)
        {
            Network.OnDied(worker);
            if (restarts)
            {
                _launcher.Replace(worker);
            }
        }
    }

    private bool CreateEntry(StoredObject item)
    {
        var before = Store.Find(item.Key);
        if (!Store.TryCreate(item))
        {
            return false;
        }

        var wrong = before is not null && before.Content != item.Content ? $"{LogOracle.Name(before)} was overwritten by {LogOracle.Name(item)}" : LogOracle.Check(Store);
        if (wrong is not null)
        {
            Fail(wrong);
        }

        return true;
    }

    // Up to a running job nothing is searched: the first choice is taken each time.
    private void RunToWork()
    {
        var choices = new List<Choice>();
        while (!Store.Log.Any(item => item.Entry!.EpochStarted is not null) || NowMs < 599)
        {
            choices.Clear();
            Choices(choices);
            Take(choices[0]);
        }

        _lastFaultMs = NowMs;
    }

    private string Time => $"{NowMs,5} ms  ";

    private static Choice Of(CoordinationChoice kind, int a = 0) => new((int)kind, a);
}

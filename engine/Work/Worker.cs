using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work.Tasks;
using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Gearpump.Sources;

namespace Gearpump.Engine.Work;

/// <summary>One worker: its control stream, its tasks, its ends of the channels. Stepped on one loop by its host.</summary>
public sealed class Worker
{
    private const long LeaveMostMs = 25_000;
    private readonly WorkerContext _context;
    private readonly IWorkerHost _host;
    private readonly WorkerOptions _options;
    private readonly Plan _plan;
    private readonly Dictionary<string, StageSplits> _splits = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listing = new(StringComparer.Ordinal);
    private EpochRun? _run;
    private RollbackRequest? _ask;
    private string _instance = "";
    private long _instanceNumber;
    private long _term;
    private long _firstEpoch;
    private long _highestClock;
    private (long Cut, long ClockMs) _highestCut;
    private long _calls;
    private long _recordsBefore;
    private long _heardMs;
    private bool _attached;
    private bool _planIsKnown;
    private bool _sendAsked;
    private bool _leaving;
    private bool _exited;

    public Worker(WorkerOptions options, JobGraph graph, IServiceProvider services, IWorkerHost host)
    {
        _options = options;
        _host = host;
        var timers = new Timers(host);
        _context = new WorkerContext(options, graph, services, host, timers, new JobResources(graph, services));
        _plan = PlanFactory.Create(graph, _context.Resources);
    }

    /// <summary>Records processed since the process began.</summary>
    public long Records => _recordsBefore + (_run?.Records ?? 0);

    // The first epoch that gave this process a part; 0: none yet.
    private long FirstEpoch => _firstEpoch == 0 && _run is { IsBuilt: true } run ? run.Identity.Epoch : _firstEpoch;

    /// <summary>Begins. Call once, before anything else.</summary>
    public void Start() => Beat();

    /// <summary>The control stream is open: the worker sends its state.</summary>
    public void OnControlOpened()
    {
        (_attached, _planIsKnown, _heardMs) = (true, false, _host.NowMs);
        SendState();
    }

    public void OnControlState(CoordinatorState state)
    {
        if (_exited)
        {
            return;
        }

        if (Older(state) is { } older)
        {
            _host.ReconnectControl(older);
            return;
        }

        // Who answers on this stream has had the plan: it is not sent with every beat.
        (_planIsKnown, _heardMs) = (true, _host.NowMs);
        (_instanceNumber, _term) = (Math.Max(_instanceNumber, (long)state.InstanceNumber), (long)state.Term);
        if (state.Leave)
        {
            Exit((int)state.ExitCode, state.Failed.Length > 0 ? state.Failed : "the coordinator says so");
            return;
        }

        if (state.Instance != _instance)
        {
            EndRun("another instance");
            _instance = state.Instance;
            (_firstEpoch, _highestCut, _highestClock) = (0, default, 0);
            // An instance begins with the splits of its own start: what was listed for another one is no answer.
            _splits.Clear();
            _listing.Clear();
        }

        Guard(() => Follow(state));
    }

    /// <summary>The control stream is gone; the host dials again by itself, with back-off.</summary>
    public void OnControlClosed(string why)
    {
        _attached = false;
        _host.Log(MachineLogLevel.Debug, $"control stream closed: {why}");
    }

    /// <summary>A peer has dialled. Inbound call numbers are the host's and negative; those of <c>IWorkerHost.Dial</c> are positive.</summary>
    public HelloVerdict OnHello(long call, HelloInfo hello)
    {
        if (Refusal(hello) is { } refusal)
        {
            return new HelloVerdict(HelloVerdictKind.Refused, refusal, []);
        }

        if (_run is not { IsBuilt: true } run || hello.Epoch > run.Identity.Epoch || hello.Instance != _instance)
        {
            return new HelloVerdict(HelloVerdictKind.TryAgain, $"epoch {hello.Epoch} has not begun here yet", []);
        }

        return run.Links.Accept(call, hello);
    }

    /// <summary>A frame on an inbound call.</summary>
    public void OnFrame(long call, in Frame frame)
    {
        // A call that was closed may have frames that are still on their way up: they belong to an epoch that is over.
        if (_run is not { } run || !run.Links.Takes(call))
        {
            return;
        }

        _highestClock = Math.Max(_highestClock, Math.Max(frame.ClockMs, frame.WatermarkMs));
        if (frame.Kind == FrameKind.Cut && frame.Cut > _highestCut.Cut)
        {
            _highestCut = (frame.Cut, frame.ClockMs);
        }

        try
        {
            run.Links.OnFrame(call, frame);
        }
        catch (ChannelException e)
        {
            run.AskRollback(e.Message);
        }
    }

    /// <summary>Our dial was accepted.</summary>
    public void OnCallAccepted(long call, IReadOnlyList<Feedback> resume) => Guard(() => _run?.Links.OnAccepted(call, resume));

    /// <summary>Feedback on an outbound call.</summary>
    public void OnFeedback(long call, in Feedback feedback)
    {
        if (_run is not { } run)
        {
            return;
        }

        try
        {
            run.Links.OnFeedback(call, feedback);
        }
        catch (ChannelException e)
        {
            run.AskRollback(e.Message);
        }
    }

    /// <summary>A call of either direction has ended, or a dial has failed. Not called after <c>CloseCall</c>.</summary>
    public void OnCallClosed(long call, CallEnd end, string reason) => _run?.Links.OnClosed(call, end, reason);

    /// <summary>A bounded piece of work. True: there is more to do at once.</summary>
    public bool Step()
    {
        var more = false;
        Guard(() => more = _run?.Step() == true);
        return more;
    }

    /// <summary>Time has come to <c>WakeAt</c>.</summary>
    public void Advance() => Guard(_context.Timers.Advance);

    /// <summary>The process was told to stop: asks for a planned change and leaves after it, by <c>Exit(0)</c>.</summary>
    public void Leave()
    {
        if (_leaving)
        {
            return;
        }

        _leaving = true;
        _context.Timers.After(LeaveMostMs, () => Exit(ExitCodes.Success, $"not released within {LeaveMostMs} ms"));
        SendState();
    }

    // Terms compare within one instance of the job; who speaks of no instance (yet) is nobody's successor.
    private string? Older(CoordinatorState state)
    {
        var number = (long)state.InstanceNumber;
        if (number > _instanceNumber)
        {
            return null;
        }

        if (number < _instanceNumber && number > 0)
        {
            return $"a coordinator of the job's instance {number} speaks, instance {_instanceNumber} was seen";
        }

        return (long)state.Term < _term ? $"a coordinator of term {state.Term} speaks, term {_term} was seen" : null;
    }

    private void Follow(CoordinatorState state)
    {
        _highestClock = Math.Max(_highestClock, state.TickMs);
        foreach (var stage in state.ListSplits)
        {
            ListSplits(stage);
        }

        if (state.Failed.Length > 0)
        {
            EndRun($"the job has failed: {state.Failed}");
            return;
        }

        if ((long)state.Epoch > (_run?.Identity.Epoch ?? 0) && state.EpochIndex > 0)
        {
            EndRun($"epoch {state.Epoch} begins");
            _ask = null;
            // What an abandoned epoch had open must not be taken for this one's.
            _highestCut = (0, 0);
            _run = new EpochRun(_context, state, () => ++_calls, Ask, SendSoon);
            _run.Start();
            SendSoon();
        }

        if (_run is { } run && (long)state.Epoch == run.Identity.Epoch)
        {
            if (state.OpenCut is { } open && (long)open.Cut > _highestCut.Cut)
            {
                _highestCut = ((long)open.Cut, open.ClockMs);
                SendSoon();
            }

            run.OnControl(state);
        }
    }

    private void EndRun(string reason)
    {
        if (_run is { } run)
        {
            _recordsBefore += run.Records;
            _firstEpoch = FirstEpoch;
            _run = null;
            run.Stop(reason);
        }
    }

    private void Ask(RollbackRequest request)
    {
        _host.Log(MachineLogLevel.Warning, $"{(request.Fail ? "the job cannot go on" : "asking for a rollback")}: {request.Cause}");
        (request.Epoch, request.Cause) = ((ulong)_run!.Identity.Epoch, $"{_options.Name}: {request.Cause}");
        _ask = request;
        SendSoon();
    }

    // What no single record can be blamed for ends the epoch and not the process.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not OutOfMemoryException && _run is { } run)
        {
            _host.Log(MachineLogLevel.Error, $"{e}");
            run.AskRollback($"{e.GetType().Name}: {e.Message}");
        }
    }

    private string? Refusal(HelloInfo hello)
    {
        if (hello.Protocol != ProtocolVersion.Current)
        {
            return $"protocol version {hello.Protocol}, this worker speaks {ProtocolVersion.Current}";
        }

        if (hello.Job != _context.Graph.Job)
        {
            return $"job '{hello.Job}', this worker runs '{_context.Graph.Job}'";
        }

        if (hello.Receiver != _options.Name || hello.ReceiverProcess != _options.Process)
        {
            return $"this is process {_options.Process} of {_options.Name}, not {hello.ReceiverProcess} of {hello.Receiver}";
        }

        return _run is { } run && hello.Instance == _instance && hello.Epoch < run.Identity.Epoch
            ? $"epoch {hello.Epoch} is over, this is epoch {run.Identity.Epoch}"
            : null;
    }

    private void ListSplits(string stageName)
    {
        if (_splits.ContainsKey(stageName) || !_listing.Add(stageName))
        {
            return;
        }

        var stage = _context.Graph.Stages.First(candidate => candidate.Name == stageName);
        ListSplits(stageName, _instance, _context.Resources.Source(stage), new Backoff(_host, 200, 5_000));
    }

    private void ListSplits(string stageName, string instance, ITimeReplayableSource source, Backoff backoff) =>
        _host.ListSplits(source, (splits, error, lost) =>
        {
            if (instance != _instance)
            {
                return;
            }

            if (splits is null && !lost)
            {
                _host.Log(MachineLogLevel.Warning, $"listing the splits of {source.Identity}: {error}; trying again");
                _context.Timers.After(backoff.NextMs(), () =>
                {
                    if (instance == _instance)
                    {
                        ListSplits(stageName, instance, source, backoff);
                    }
                });
                return;
            }

            _listing.Remove(stageName);
            var answer = new StageSplits { Stage = stageName, Error = splits is null ? error ?? "unknown error" : "" };
            answer.Splits.AddRange((splits ?? []).Select(SplitCodec.ToProto));
            if (splits is { Count: 0 })
            {
                answer.Error = $"source {source.Identity} has nothing to read";
            }

            _splits[stageName] = answer;
            SendSoon();
        });

    private void Beat()
    {
        _context.Timers.After(_options.HeartbeatMs, Beat);
        SendState();
        if (_attached && _host.NowMs - _heardMs >= _options.SilenceMs)
        {
            _heardMs = _host.NowMs;
            _host.ReconnectControl($"the coordinator has been silent for {_options.SilenceMs} ms");
        }
    }

    // Many changes that come together are told together.
    private void SendSoon()
    {
        if (!_sendAsked)
        {
            _sendAsked = true;
            _context.Timers.After(1, () =>
            {
                _sendAsked = false;
                SendState();
            });
        }
    }

    private void SendState()
    {
        if (!_attached || _exited)
        {
            return;
        }

        var state = new WorkerState
        {
            Protocol = ProtocolVersion.Current,
            Job = _context.Graph.Job,
            Instance = _instance,
            Worker = _options.Name,
            Process = _options.Process,
            Role = _options.Role,
            Address = _options.Address,
            Term = (ulong)_term,
            Epoch = (ulong)(_run?.Identity.Epoch ?? 0),
            FirstEpoch = (ulong)FirstEpoch,
            Phase = WorkerPhase.Idle,
            Plan = _planIsKnown ? null : _plan,
            HighestClockMs = _highestClock,
            HighestCut = (ulong)_highestCut.Cut,
            HighestCutClockMs = _highestCut.ClockMs,
            Ask = _ask,
            Leaving = _leaving,
            Records = (ulong)Records,
        };
        _run?.FillState(state);
        state.Splits.AddRange(_splits.Values);
        _host.SendControl(state);
    }

    private void Exit(int code, string reason)
    {
        if (!_exited)
        {
            _exited = true;
            EndRun(reason);
            _host.Exit(code, reason);
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gearpump.Engine.Channels;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Hosting.Loops;
using Gearpump.Hosting.Stores;
using Gearpump.Hosting.Transport;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Sources;
using Gearpump.Storage;

namespace Gearpump.Hosting.Roles;

/// <summary>Runs a worker on a loop of its own and carries out its effects.</summary>
internal sealed class WorkerHost : IWorkerHost, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PublishDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AfterFailedWait = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<long, ExchangeClient> _outbound = [];
    private readonly Dictionary<long, (Outbox<DataFeedback> Outbox, CancellationTokenSource Ended)> _inbound = [];
    private readonly Dictionary<ISplitReader, (CancellationTokenSource Closed, Task Done)> _waiting = [];
    private readonly ConcurrentDictionary<IPublishSession, Task> _publishing = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _computing = new(2);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<(int Code, string Reason)> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ObjectCache _cache = new();
    private readonly IObjectStore _store;
    private readonly ConsoleLog _log;
    private readonly ControlClient _control;
    private long _lastInbound;

    public WorkerHost(
        WorkerOptions options, JobGraph graph, IServiceProvider services, IObjectStore store, IReadOnlyList<string> coordinators, TimeSpan startUpTimeout, ConsoleLog log)
    {
        Process = options.Process;
        _store = store;
        _log = log;
        Loop = new EventLoop(options.Name, e =>
        {
            _log.Write(MachineLogLevel.Error, $"bug: {e}");
            _exited.TrySetResult((Engine.ExitCodes.Internal, e.Message));
        });
        Store = new StorePort(store, Loop, _cache);
        Machine = new Worker(options, graph, services, this);
        _control = new ControlClient(coordinators, Loop, Machine, startUpTimeout, log, Exit);
    }

    /// <summary>The random id of this worker's process.</summary>
    public string Process { get; }

    public EventLoop Loop { get; }

    public Worker Machine { get; }

    public IStorePort Store { get; }

    public CancellationToken Stopping => _stopping.Token;

    public Task<(int Code, string Reason)> Exited => _exited.Task;

    public long NowMs => Loop.NowMs;

    public long WallMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public void Start()
    {
        Loop.Start(Machine.Start, Machine.Advance, Machine.Step);
        _ = Task.Run(() => _control.RunAsync(_stopping.Token));
    }

    public Task<T> AskAsync<T>(Func<Worker, T> ask) => Loop.AskAsync(() => ask(Machine));

    /// <summary>Registered with a coordinator, and not about to leave.</summary>
    public bool IsServing => _control.IsOpen && !_exited.Task.IsCompleted;

    public ulong NextRandom() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public void WakeAt(long nowMs) => Loop.WakeAt(nowMs);

    public void Log(MachineLogLevel level, string message) => _log.Write(level, message);

    public void Failpoint(string name) => Failpoints.Pass(name);

    public void SendControl(WorkerState state) => _control.Send(state);

    public void ReconnectControl(string why)
    {
        _log.Write(MachineLogLevel.Warning, $"leaving this coordinator: {why}");
        _control.Reconnect();
    }

    public void Dial(long call, string address, HelloInfo hello)
    {
        var client = new ExchangeClient(this, call, address, hello);
        lock (_gate)
        {
            _outbound[call] = client;
        }

        _ = Task.Run(client.RunAsync);
    }

    public void OutboundEnded(long call, CallEnd end, string reason)
    {
        bool known;
        lock (_gate)
        {
            known = _outbound.Remove(call);
        }

        if (known)
        {
            Loop.Post(() => Machine.OnCallClosed(call, end, reason));
        }
    }

    public void SendFrame(long call, in Frame frame)
    {
        ExchangeClient? client;
        lock (_gate)
        {
            client = _outbound.GetValueOrDefault(call);
        }

        client?.Send(frame);
    }

    public long OpenInbound(Outbox<DataFeedback> outbox, CancellationTokenSource ended)
    {
        lock (_gate)
        {
            _inbound[--_lastInbound] = (outbox, ended);
            return _lastInbound;
        }
    }

    public void CloseInbound(long call)
    {
        bool known;
        lock (_gate)
        {
            known = _inbound.Remove(call);
        }

        if (known)
        {
            Loop.Post(() => Machine.OnCallClosed(call, CallEnd.Broken, "the caller is gone"));
        }
    }

    public void SendFeedback(long call, in Feedback feedback)
    {
        Outbox<DataFeedback>? outbox;
        lock (_gate)
        {
            outbox = _inbound.TryGetValue(call, out var found) ? found.Outbox : null;
        }

        outbox?.Put(new DataFeedback { Channels = { FrameCodec.ToProto(feedback) } });
    }

    public void CloseCall(long call, string reason)
    {
        lock (_gate)
        {
            if (_outbound.Remove(call, out var client))
            {
                client.Close();
            }

            if (_inbound.Remove(call, out var inbound))
            {
                inbound.Ended.Cancel();
            }
        }
    }

    public void Run<T>(Func<T> work, Action<T?, string?> answer) => Do(
        async cancellation =>
        {
            await _computing.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return work();
            }
            finally
            {
                _computing.Release();
            }
        },
        (result, error) => answer(result, error?.ToString()),
        TimeSpan.FromMinutes(10));

    public void ListSplits(ITimeReplayableSource source, Action<IReadOnlyList<SourceSplit>?, string?, bool> answer) => Do(
        async cancellation => await source.GetSplitsAsync(cancellation).ConfigureAwait(false),
        (splits, error) => answer(splits, error?.Message, error is SourceLostException));

    public void OpenSplit(ITimeReplayableSource source, SourceSplit split, SourcePosition position, Action<ISplitReader?, string?, bool> answer) => Do(
        async cancellation => await source.OpenAsync(split, position, cancellation).ConfigureAwait(false),
        (reader, error) => answer(reader, error?.Message, error is SourceLostException));

    // However long nothing comes: an idle source is no error, and a second wait beside the first would be one.
    public void WaitForRecords(ISplitReader reader, Action answer)
    {
        var closed = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        lock (_gate)
        {
            _waiting[reader] = (closed, Task.Run(async () =>
            {
                try
                {
                    await reader.WaitAsync(closed.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (closed.IsCancellationRequested)
                {
                    // The reader is being closed.
                }
                catch (Exception e)
                {
                    // Reading again meets the same trouble and reports it, but not in a tight loop.
                    _log.Write(MachineLogLevel.Warning, $"waiting for records: {e.Message}");
                    await Task.Delay(AfterFailedWait).ConfigureAwait(false);
                }

                lock (_gate)
                {
                    _waiting.Remove(reader);
                    closed.Dispose();
                }

                Loop.Post(answer);
            }));
        }
    }

    // A reader is one thread's at a time: it is closed behind a wait that goes on.
    public void CloseSplit(ISplitReader reader)
    {
        var waiting = Task.CompletedTask;
        lock (_gate)
        {
            if (_waiting.TryGetValue(reader, out var wait))
            {
                wait.Closed.Cancel();
                waiting = wait.Done;
            }
        }

        Release(reader, waiting);
    }

    public void OpenDirect(IOutput output, DirectWriterId id, Action<IDirectWriter?, string?> answer) => Do(
        async cancellation => await output.OpenDirectAsync(id, cancellation).ConfigureAwait(false), (writer, error) => answer(writer, error?.Message));

    public void AppendDirect(IDirectWriter writer, ReadOnlyMemory<byte> segment, Action<string?> answer) => Do(
        async cancellation =>
        {
            await writer.AppendAsync(segment, cancellation).ConfigureAwait(false);
            return true;
        },
        (_, error) => answer(error?.Message));

    public void CloseDirect(IDirectWriter writer) => Release(writer);

    public void OpenSession(IOutput output, PublisherId publisher, Action<IPublishSession?, string?> answer) => Do(
        async cancellation => await output.OpenSessionAsync(publisher, cancellation).ConfigureAwait(false), (session, error) => answer(session, error?.Message));

    public void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer) => Do(
        async cancellation => await session.ReadMarkerAsync(cancellation).ConfigureAwait(false), (marker, error) => answer(marker, error?.Message));

    public void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) => Do(
        async cancellation =>
        {
            var publishing = session.PublishAsync(SegmentLoader.LoadAsync(segments, _cache, _store, cancellation), marker, cancellation).AsTask();
            _publishing[session] = publishing;
            await publishing.ConfigureAwait(false);
            return true;
        },
        (_, error) => answer(error?.Message),
        PublishDeadline);

    // What has not ended by its deadline still uses the session.
    public void CloseSession(IPublishSession session) => Release(session, _publishing.TryRemove(session, out var publishing) ? publishing : null);

    public void Remember(string key, ReadOnlyMemory<byte> bytes) => _cache.Put(key, bytes);

    public void Exit(int code, string reason) => _exited.TrySetResult((code, reason));

    public void Dispose()
    {
        _stopping.Cancel();
        Loop.Dispose();
    }

    // Whoever still uses it has been told to stop; how long that takes is no reason to pull it away.
    private void Release(IAsyncDisposable resource, Task? behind = null) => _ = Task.Run(async () =>
    {
        try
        {
            await (behind ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await resource.DisposeAsync().AsTask().WaitAsync(Deadline).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _log.Write(MachineLogLevel.Debug, $"closing: {e.Message}");
        }
    });

    private void Do<T>(Func<CancellationToken, Task<T>> work, Action<T?, Exception?> answer, TimeSpan? deadline = null) => _ = Task.Run(async () =>
    {
        T? result = default;
        Exception? error = null;
        try
        {
            using var expired = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            expired.CancelAfter(deadline ?? Deadline);
            // User code may block where it should await: the deadline holds all the same.
            var working = Task.Run(() => work(expired.Token), CancellationToken.None);
            try
            {
                result = await working.WaitAsync(deadline ?? Deadline).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!working.IsCompleted)
            {
                _ = DisposeLateAsync(working);
                throw;
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        Loop.Post(() => answer(result, error));
    });

    // What opens behind its deadline is nobody's.
    private async Task DisposeLateAsync<T>(Task<T> late)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully && late.Result is IAsyncDisposable opened)
        {
            Release(opened);
        }
    }
}

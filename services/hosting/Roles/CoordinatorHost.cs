using System.Security.Cryptography;
using Gearpump.Engine.Coordination;
using Gearpump.Engine.Ports;
using Gearpump.Hosting.Loops;
using Gearpump.Hosting.Stores;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Gearpump.Storage;
using Grpc.Core;

namespace Gearpump.Hosting.Roles;

/// <summary>Runs a coordinator on a loop of its own and carries out its effects.</summary>
internal sealed class CoordinatorHost : ICoordinatorHost, IDisposable
{
    private static readonly TimeSpan AfterFailedWrite = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<long, ControlStream> _streams = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<(int Code, string Reason)> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _job;
    private readonly IClockMirror? _mirror;
    private readonly ConsoleLog _log;
    private ClockReading? _toMirror;
    private bool _mirroring;
    private string _mirrorTrouble = "";
    private long _lastStream;

    public CoordinatorHost(CoordinatorOptions options, IObjectStore store, IClockMirror? mirror, ConsoleLog log)
    {
        _job = options.Job;
        _mirror = mirror;
        _log = log;
        Loop = new EventLoop("coordinator", e =>
        {
            _log.Write(MachineLogLevel.Error, $"bug: {e}");
            _exited.TrySetResult((Engine.ExitCodes.Internal, e.Message));
        });
        Store = new StorePort(store, Loop, new ObjectCache());
        Machine = new Coordinator(options, this);
    }

    public string Job => _job;

    public EventLoop Loop { get; }

    public Coordinator Machine { get; }

    public IStorePort Store { get; }

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends with the exit code when the coordinator is over.</summary>
    public Task<(int Code, string Reason)> Exited => _exited.Task;

    public long NowMs => Loop.NowMs;

    public long WallMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public void Start() => Loop.Start(Machine.Start, Machine.Advance, () => false);

    /// <summary>Asks the machine something, on its loop.</summary>
    public Task<T> AskAsync<T>(Func<Coordinator, T> ask) => Loop.AskAsync(() => ask(Machine));

    public Task<JobStatus> StatusAsync() => AskAsync(machine =>
    {
        var status = machine.Status();
        status.ClockMirror = _mirrorTrouble;
        if (_mirror is { GarbageOverwritten: > 0 and var overwritten })
        {
            status.Counters.Add(new Counter { Name = "clocks-overwritten", Value = (ulong)overwritten });
        }

        return status;
    });

    /// <summary>A control stream has opened. Its number; and a task that is done once the machine has closed it.</summary>
    public long Open(Outbox<CoordinatorState> outbox, CancellationTokenSource ended, out TaskCompletionSource<Status> closed)
    {
        closed = new TaskCompletionSource<Status>(TaskCreationOptions.RunContinuationsAsynchronously);
        long number;
        lock (_gate)
        {
            number = ++_lastStream;
            _streams[number] = new ControlStream(outbox, ended, closed);
        }

        Loop.Post(() => Machine.OnAttached(number));
        return number;
    }

    /// <summary>A state has come. One that comes behind the machine's close is dropped: it would register the worker anew.</summary>
    public void Heard(long stream, WorkerState state) => Loop.Post(() =>
    {
        if (Find(stream) is { Closed.Task.IsCompleted: false })
        {
            Machine.OnWorkerState(stream, state);
        }
    });

    /// <summary>The stream is gone; the machine is told, unless it has closed it itself.</summary>
    public void Closed(long stream) => Loop.Post(() =>
    {
        ControlStream? found;
        lock (_gate)
        {
            _streams.Remove(stream, out found);
        }

        if (found is { Closed.Task.IsCompleted: false })
        {
            Machine.OnDetached(stream);
        }
    });

    public ulong NextRandom() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public void WakeAt(long nowMs) => Loop.WakeAt(nowMs);

    public void Log(MachineLogLevel level, string message) => _log.Write(level, message);

    public void Failpoint(string name) => Failpoints.Pass(name);

    public void Send(long stream, CoordinatorState state) => Find(stream)?.Outbox.Put(state);

    public void Close(long stream, string reason, bool forGood)
    {
        if (Find(stream) is { } found)
        {
            found.Closed.TrySetResult(new Status(forGood ? StatusCode.FailedPrecondition : StatusCode.Unavailable, reason));
            found.Ended.CancelAfter(TimeSpan.FromMilliseconds(200));
        }
    }

    public void MirrorClocks(ClockReading reading)
    {
        if (_mirror is null)
        {
            return;
        }

        _toMirror = reading;
        if (!_mirroring)
        {
            _mirroring = true;
            MirrorNext();
        }
    }

    public void ReadMirror(Action<ClockReading?> answer)
    {
        if (_mirror is null)
        {
            Loop.Post(() => answer(null));
            return;
        }

        _ = Task.Run(async () =>
        {
            ClockReading? reading = null;
            try
            {
                var clocks = await _mirror.ReadAsync(_job, CancellationToken.None).ConfigureAwait(false);
                reading = clocks is null ? null : new ClockReading(clocks.Instance, clocks.Epoch, clocks.MinClockMs, clocks.CheckpointClockMs);
            }
            catch (Exception e)
            {
                _log.Write(MachineLogLevel.Warning, $"the clocks in Redis cannot be read: {e.Message}");
            }

            Loop.Post(() => answer(reading));
        });
    }

    public void Exit(int code, string reason) => _exited.TrySetResult((code, reason));

    public void Dispose()
    {
        _stopping.Cancel();
        Loop.Dispose();
    }

    private ControlStream? Find(long stream)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(stream);
        }
    }

    // One write at a time, and always the newest: while Redis is away nothing gathers.
    private void MirrorNext()
    {
        if (_toMirror is not { } reading)
        {
            _mirroring = false;
            return;
        }

        _toMirror = null;
        _ = Task.Run(async () =>
        {
            try
            {
                await _mirror!.WriteAsync(new JobClocks(_job, reading.Instance, reading.Epoch, reading.MinClockMs, reading.CheckpointClockMs), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The client's diagnosis of itself stands behind the first semicolon.
                Loop.Post(() => MirrorFailed(reading, e.Message.Split(';')[0]));
                await Task.WhenAny(Task.Delay(AfterFailedWrite, _stopping.Token)).ConfigureAwait(false);
                Loop.Post(MirrorNext);
                return;
            }

            Loop.Post(Mirrored);
        });
    }

    // Cuts and publishing go on: Redis only shows the clocks. The same reading is tried again unless there is a newer one.
    private void MirrorFailed(ClockReading reading, string why)
    {
        if (_mirrorTrouble.Length == 0)
        {
            _log.Write(MachineLogLevel.Warning, $"the clocks in Redis are behind, the job goes on: {why}");
        }

        _mirrorTrouble = why;
        _toMirror ??= reading;
    }

    private void Mirrored()
    {
        if (_mirrorTrouble.Length > 0)
        {
            _log.Write(MachineLogLevel.Warning, "the clocks in Redis are up to date again");
            _mirrorTrouble = "";
        }

        MirrorNext();
    }

    private sealed record ControlStream(Outbox<CoordinatorState> Outbox, CancellationTokenSource Ended, TaskCompletionSource<Status> Closed);
}

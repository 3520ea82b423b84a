using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gearpump.Hosting.Loops;

/// <summary>
/// A thread that owns one machine: everything that happens to the machine happens here, one thing after the other. It takes
/// what was posted, wakes the machine when it is due, and steps it while there is work.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int ActionsBetweenSteps = 256;
    private const int IdleMs = 1_000;
    private readonly BlockingCollection<Action> _inbox = [];
    private readonly Thread _thread;
    private readonly Action<Exception> _fatal;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action _advance = () => { };
    private Func<bool> _step = () => false;
    private long _wakeAt = long.MaxValue;
    private volatile bool _stopped;

    public EventLoop(string name, Action<Exception> fatal)
    {
        _fatal = fatal;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public long NowMs => (long)Stopwatch.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Begins. The first action runs before anything else.</summary>
    public void Start(Action first, Action advance, Func<bool> step)
    {
        (_advance, _step) = (advance, step);
        Post(first);
        _thread.Start();
    }

    /// <summary>From any thread. What is posted after the loop has stopped goes nowhere.</summary>
    public void Post(Action action)
    {
        if (!_stopped)
        {
            _inbox.Add(action);
        }
    }

    /// <summary>Asks on the loop, from any other thread.</summary>
    /// <exception cref="OperationCanceledException">The loop has ended, and nobody is there to answer.</exception>
    public async Task<T> AskAsync<T>(Func<T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => answer.SetResult(ask()));
        await Task.WhenAny(answer.Task, _ended.Task).ConfigureAwait(false);
        return answer.Task.IsCompleted ? await answer.Task.ConfigureAwait(false) : throw new OperationCanceledException($"{_thread.Name} has ended");
    }

    /// <summary>On the loop only.</summary>
    public void WakeAt(long nowMs) => _wakeAt = Math.Min(_wakeAt, nowMs);

    public void Stop() => _stopped = true;

    public void Dispose()
    {
        Stop();
        _inbox.Add(() => { });
        if (Thread.CurrentThread != _thread && _thread.IsAlive)
        {
            _thread.Join(TimeSpan.FromSeconds(5));
        }
    }

    private void Run()
    {
        try
        {
            while (!_stopped)
            {
                Turn();
            }
        }
        catch (Exception e)
        {
            _stopped = true;
            _fatal(e);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Turn()
    {
        for (var taken = 0; taken < ActionsBetweenSteps && _inbox.TryTake(out var action); taken++)
        {
            action();
        }

        if (NowMs >= _wakeAt)
        {
            _wakeAt = long.MaxValue;
            _advance();
        }

        if (_step() || _inbox.Count > 0 || _stopped)
        {
            return;
        }

        var wait = Math.Clamp(_wakeAt - NowMs, 0, IdleMs);
        if (wait > 0 && _inbox.TryTake(out var next, (int)wait))
        {
            next();
        }
    }
}

using Gearpump.Engine.Ports;
using Gearpump.Search.Copying;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Hosts;

/// <summary>A process of the explored system, and the port of its machine: what the machine asks for becomes a choice, or is done at once.</summary>
internal abstract class HostProcess(HostedWorld world, string name) : IMachineHost, IStorePort
{
    private readonly Queue<Action> _soon = new();
    [NotState] private ulong _draws;

    public HostedWorld World => world;

    public string Name => name;

    /// <summary>By its name, so that the order in which processes were started does not matter.</summary>
    protected int Index => StableHash(name);

    public bool IsAlive { get; private set; } = true;

    /// <summary>Stopped, like by SIGSTOP: what comes waits for it.</summary>
    public bool IsPaused { get; set; }

    public bool Runs => IsAlive && !IsPaused;

    /// <summary>When the machine wants to be woken.</summary>
    public long WakeAtMs { get; private set; } = long.MaxValue;

    public IStorePort Store => this;

    public long NowMs => World.NowMs;

    // One tick more than the last, always: the wall clock stands still.
    public long WallMs => 0;

    // Jitter is not explored: any number will do, and ids must differ between processes.
    public ulong NextRandom() => ((ulong)(uint)StableHash(name) << 20) + ++_draws;

    public void WakeAt(long nowMs) => WakeAtMs = Math.Min(WakeAtMs, nowMs);

    public virtual void Log(MachineLogLevel level, string message)
    {
        if (level == MachineLogLevel.Error)
        {
            // Nothing here is broken for good: an error that a machine reports is one of its own.
            World.Fail($"{name} reports an error: {message}");
        }
    }

    public void Failpoint(string name)
    {
    }

    public void Create(string key, ReadOnlyMemory<byte> bytes, Action<PutResult> answer) => World.OnCreate(this, new StoredObject(key, bytes.ToArray()), answer);

    public void Get(string key, Action<GetResult> answer) => Soon(() => answer(new GetResult(World.Store.Find(key)?.Bytes)));

    public void List(string prefix, string? after, Action<ListResult> answer) => World.OnList(this, prefix, after, answer);

    public void Delete(string key, Action<bool> answer) => Soon(() =>
    {
        World.Store.Delete(key);
        answer(true);
    });

    /// <summary>Done before anything else happens, on the machine's loop.</summary>
    public void Soon(Action action) => _soon.Enqueue(action);

    /// <summary>True: something was done.</summary>
    public bool DoSoon()
    {
        var any = false;
        while (Runs && _soon.TryDequeue(out var action))
        {
            any = true;
            Enter(action);
        }

        return any;
    }

    /// <summary>Calls the machine. What it throws is a bug of the machine.</summary>
    public virtual void Enter(Action call)
    {
        if (!IsAlive)
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception e)
        {
            World.Fail($"{name} threw: {e.GetType().Name}: {e.Message} at {e.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    public void Wake()
    {
        WakeAtMs = long.MaxValue;
        Enter(AdvanceMachine);
    }

    public virtual void Die()
    {
        IsAlive = false;
        _soon.Clear();
        WakeAtMs = long.MaxValue;
    }

    protected abstract void AdvanceMachine();

    private static int StableHash(string text) => text.Aggregate(17, static (hash, letter) => ((hash * 31) + letter) % 1_000_003);
}

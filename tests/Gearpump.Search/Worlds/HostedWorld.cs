using Gearpump.Engine.Ports;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Search.Exploration;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>A world of hosted machines. What a machine asks for is either a choice, or is done before the next choice.</summary>
internal abstract class HostedWorld : SearchWorld
{
    private readonly List<HostProcess> _processes = [];

    protected HostedWorld(bool overwritingStore = false)
    {
        Store = new SearchStore(overwritingStore);
        Network = new DataNetwork(this);
    }

    /// <summary>All that ever were.</summary>
    public IReadOnlyList<HostProcess> Processes => _processes;

    public SearchStore Store { get; }

    public DataNetwork Network { get; }

    public abstract long NowMs { get; }

    /// <summary>From when on a source has its i-th record.</summary>
    public abstract long RecordAtMs(long index);

    public abstract void OnCreate(HostProcess process, StoredObject item, Action<PutResult> answer);

    public abstract void OnList(HostProcess process, string prefix, string? after, Action<ListResult> answer);

    public abstract void OnSendControl(WorkerHost worker, WorkerState state);

    public abstract void OnReconnect(WorkerHost worker, string why);

    public abstract void OnExit(HostProcess process, int code, string reason);

    public abstract void OnOpenSession(WorkerHost worker, Action<IPublishSession?, string?> answer);

    public abstract void OnReadMarker(WorkerHost worker, SearchSession session, Action<PublishMarker?, string?> answer);

    public abstract void OnPublish(WorkerHost worker, SearchSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer);

    /// <summary>A record has come to a step that keeps state.</summary>
    public virtual void OnProcessed(string task, ReadOnlySpan<byte> record, long clockMs)
    {
    }

    /// <summary>A state was frozen, for the task's next cut.</summary>
    public virtual void OnFrozen(string task, long count)
    {
    }

    public void Add(HostProcess process) => _processes.Add(process);

    protected void AnswerList(HostProcess process, string prefix, string? after, Action<ListResult> answer) =>
        process.Soon(() => answer(new ListResult(Store.List(prefix, after))));

    protected void AnswerCreate(HostProcess process, StoredObject item, Action<PutResult> answer) =>
        process.Soon(() => answer(new PutResult(Store.TryCreate(item) ? PutOutcome.Created : PutOutcome.Exists)));

    /// <summary>Does what is not a choice, until nothing of that is left.</summary>
    protected void Settle()
    {
        bool any;
        do
        {
            any = false;
            for (var at = 0; at < _processes.Count; at++)
            {
                any |= _processes[at].DoSoon();
            }

            any |= SettleMore();
        }
        while (any && Violation is null);
    }

    /// <summary>What else is no choice in this world. True: something was done.</summary>
    protected abstract bool SettleMore();
}

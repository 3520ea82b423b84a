using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Who is attached, and who counts as lost.</summary>
internal sealed class WorkerDirectory(CoordinatorOptions options, ICoordinatorHost host)
{
    private const int ProcessesRemembered = 1_000;
    private readonly Dictionary<string, WorkerSession> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, WorkerSession> _byStream = [];
    private readonly Dictionary<string, long> _firstSeen = new(StringComparer.Ordinal);
    private long _seen;

    /// <summary>When somebody last came or went.</summary>
    public long LastChangeMs { get; private set; }

    public IEnumerable<WorkerSession> Attached => _byStream.Values;

    public bool Any => _byStream.Count > 0;

    /// <summary>Somebody has registered, at any time.</summary>
    public bool HaveCome { get; private set; }

    /// <summary>Takes a state. Null: the name is a newer living process's, and the stream was closed.</summary>
    public WorkerSession? Heard(long stream, WorkerState state, JobRecord job)
    {
        HaveCome = true;
        if (_byStream.TryGetValue(stream, out var known))
        {
            state.Plan ??= known.State.Plan;
            known.State = state;
            known.HeardMs = host.NowMs;
            return known;
        }

        if (_byName.TryGetValue(state.Worker, out var named))
        {
            // A process that was stopped and has been replaced must not push out its successor, not even in a moment in which that is
            // dialling again.
            if (!IsAway(named) && named.State.Process != state.Process && IsOlder(state, named.State, job))
            {
                Dismiss(stream, state, named);
                return null;
            }

            if (named.IsAttached)
            {
                _byStream.Remove(named.Stream);
                host.Close(named.Stream, "attached anew", forGood: false);
            }

            if (named.State.Process == state.Process)
            {
                (named.Stream, named.State, named.HeardMs, named.DetachedMs) = (stream, state, host.NowMs, null);
                _byStream[stream] = named;
                return named;
            }
        }

        OrderOf(state.Process);
        var session = new WorkerSession(stream, state, host.NowMs);
        _byName[state.Worker] = session;
        _byStream[stream] = session;
        LastChangeMs = host.NowMs;
        return session;
    }

    // A coordinator that has seen neither before cannot tell by their order: their first parts do, unless the newest epoch names the one
    // that comes, or it has obeyed a newer coordinator and knows more. (While the log is being read, there is none.)
    private bool IsOlder(WorkerState state, WorkerState other, JobRecord job) =>
        OrderOf(other.Process) > OrderOf(state.Process) || (!job.Assigns(state) && (job.Term == 0 || (long)state.Term <= job.Term) && BeganBefore(state, other, job.Instance));

    // Who has had no part yet is new. Epochs compare within one instance of the job.
    private static bool BeganBefore(WorkerState state, WorkerState other, string instance) => state.FirstEpoch > 0
        && (other.FirstEpoch == 0 || (other.Instance == state.Instance ? state.FirstEpoch < other.FirstEpoch : other.Instance == instance));

    // In the order in which the processes were first seen.
    private long OrderOf(string process)
    {
        if (!_firstSeen.TryGetValue(process, out var order))
        {
            if (_firstSeen.Count >= ProcessesRemembered)
            {
                _firstSeen.Remove(_firstSeen.MinBy(pair => pair.Value).Key);
            }

            _firstSeen[process] = order = ++_seen;
        }

        return order;
    }

    private void Dismiss(long stream, WorkerState state, WorkerSession successor)
    {
        var reason = $"worker '{state.Worker}' is process {successor.State.Process} now";
        host.Send(stream, new CoordinatorState
        {
            Protocol = ProtocolVersion.Current,
            Job = options.Job,
            Instance = state.Instance,
            Term = state.Term,
            Leave = true,
            Failed = reason,
            ExitCode = ExitCodes.Fenced,
        });
        host.Close(stream, reason, forGood: false);
    }

    /// <summary>Nobody was heard for so long, and nobody who dialled again was answered, because nobody was listened to.</summary>
    public void Excuse(long ms)
    {
        foreach (var session in _byName.Values)
        {
            session.HeardMs = Math.Min(host.NowMs, session.HeardMs + ms);
            session.DetachedMs = session.DetachedMs is { } detached ? Math.Min(host.NowMs, detached + ms) : null;
        }
    }

    public void Detached(long stream)
    {
        if (_byStream.Remove(stream, out var session))
        {
            session.DetachedMs = host.NowMs;
            LastChangeMs = host.NowMs;
        }
    }

    /// <summary>The session of the very process that an assignment names, attached or not; null where that is gone.</summary>
    public WorkerSession? Find(WorkerRef worker) =>
        _byName.TryGetValue(worker.Name, out var session) && session.State.Process == worker.Process ? session : null;

    /// <summary>Another process has registered under the name.</summary>
    public bool IsReplaced(WorkerRef worker) =>
        _byName.TryGetValue(worker.Name, out var session) && session.State.Process != worker.Process;

    /// <summary>The very process that an assignment names is attached, and has restored the epoch.</summary>
    public bool IsReady(WorkerRef worker, long epoch) =>
        Find(worker) is { IsAttached: true } && StateIn(worker, epoch)?.Phase is WorkerPhase.Ready or WorkerPhase.Running;

    /// <summary>What that process has said last, if that was in the epoch; null where it has not begun to restore it.</summary>
    public WorkerState? StateIn(WorkerRef worker, long epoch) =>
        Find(worker) is { } session && (long)session.State.Epoch == epoch ? session.State : null;

    /// <summary>Workers that may be given tasks.</summary>
    public List<WorkerSession> Live() =>
        _byStream.Values.Where(session => !session.State.Leaving && host.NowMs - session.HeardMs < options.SilenceMs).ToList();

    /// <summary>Inputs and outputs that stand still because of the outside, each with the reason.</summary>
    public IEnumerable<string> Stalled() => Attached
        .SelectMany(session => session.State.Tasks.Where(task => task.Stalled.Length > 0).Select(task => $"input {task.Stage}: {task.Stalled}")
            .Concat(session.State.Publishers.Where(publisher => publisher.Stalled.Length > 0).Select(publisher => $"output {publisher.System}: {publisher.Stalled}")))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The first worker of the assignment that counts as lost.</summary>
    public (string Cause, long SinceMs)? FirstLost(Assignment assignment) => assignment.Workers.Select(Lost).FirstOrDefault(lost => lost is not null);

    // Why a worker of the assignment counts as lost, and since when it has not been there; null where it does not.
    private (string Cause, long SinceMs)? Lost(WorkerRef worker)
    {
        if (Find(worker) is not { } session)
        {
            return ($"{worker.Name} is gone (process {worker.Process})", host.NowMs);
        }

        if (IsAway(session))
        {
            return ($"{worker.Name} has closed its control stream and is not back after {options.ReattachMs} ms", session.DetachedMs!.Value);
        }

        return host.NowMs - session.HeardMs >= options.SilenceMs
            ? ($"{worker.Name} has been silent for {options.SilenceMs} ms", session.HeardMs)
            : null;
    }

    // Its stream has closed, and it has had the time to dial again.
    private bool IsAway(WorkerSession session) => session.DetachedMs is { } detached && host.NowMs - detached >= options.ReattachMs;
}

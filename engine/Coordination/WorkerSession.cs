using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>A worker as the coordinator knows it: what it said last, and when.</summary>
internal sealed class WorkerSession(long stream, WorkerState state, long nowMs)
{
    public long Stream { get; set; } = stream;

    public WorkerState State { get; set; } = state;

    public long JoinedMs { get; } = nowMs;

    public long HeardMs { get; set; } = nowMs;

    /// <summary>When its stream closed; null while it is open.</summary>
    public long? DetachedMs { get; set; }

    public string Name => State.Worker;

    public bool IsAttached => DetachedMs is null;
}

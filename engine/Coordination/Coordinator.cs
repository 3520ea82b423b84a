using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>The coordinator of one job: the decisions, without any I/O. Stepped on one loop by its host.</summary>
public sealed class Coordinator(CoordinatorOptions options, ICoordinatorHost host)
{
    /// <summary>Begins: reads the log. Call once.</summary>
    public void Start() => throw new InvalidOperationException($"{options} {host}");

    /// <summary>A worker's control stream has opened; its first message follows.</summary>
    public void OnAttached(long stream) => throw new InvalidOperationException();

    public void OnWorkerState(long stream, WorkerState state) => throw new InvalidOperationException();

    public void OnDetached(long stream) => throw new InvalidOperationException();

    /// <summary>Time has come to <c>WakeAt</c>.</summary>
    public void Advance() => throw new InvalidOperationException();

    /// <summary>A user's stop: a cut behind which the sources pause, then everybody leaves.</summary>
    public void Stop() => throw new InvalidOperationException();

    public JobStatus Status() => throw new InvalidOperationException();
}

using Gearpump.Protocol.V1;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Hosts;

/// <summary>One control stream. Upwards only the newest state is on its way; downwards those that differ in the open cut.</summary>
internal sealed class ControlLink(long stream, CoordinatorHost coordinator, WorkerHost worker)
{
    public long Stream => stream;

    public CoordinatorHost Coordinator => coordinator;

    public WorkerHost Worker => worker;

    /// <summary>The worker has it open, as far as it knows.</summary>
    public bool WorkerOpen { get; set; } = true;

    public bool CoordinatorOpen { get; set; } = true;

    public Queue<CoordinatorState> Down { get; } = new();

    public WorkerState? Up { get; set; }

    /// <summary>The worker has something to hear: a state, or behind the last one that the stream is closed.</summary>
    public bool HasDown => WorkerOpen && worker.Runs && (Down.Count > 0 || !CoordinatorOpen);

    public bool HasUp => CoordinatorOpen && coordinator.Runs && (Up is not null || !WorkerOpen);

    public bool IsOver => !WorkerOpen && !CoordinatorOpen;

    public string DescribeDown() => $"{worker.Name} hears {coordinator.Name}: {(Down.TryPeek(out var state) ? StateText.Short(state) : "closed")}";

    public string DescribeUp() => $"{coordinator.Name} hears {worker.Name}: {(Up is { } state ? StateText.Short(state) : "closed")}";
}

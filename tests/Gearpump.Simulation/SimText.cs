using Gearpump.Protocol.V1;

namespace Gearpump.Simulation;

/// <summary>Messages in few words, for traces.</summary>
internal static class SimText
{
    public static string Short(WorkerState state) =>
        $"{state.Phase} term {state.Term} epoch {state.Epoch} highest cut {state.HighestCut}@{state.HighestCutClockMs} clock {state.HighestClockMs}"
        + string.Concat(state.Tasks.Select(static task =>
            $" [{task.Stage}/{task.Index} {task.ClockMs}{(task.Ended ? " ended" : "")}{(task.Part is { } part ? $" part {part.Cut}" : "")}{(task.WaitsFor.Length > 0 ? " waits " + task.WaitsFor : "")}]"))
        + string.Concat(state.Publishers.Select(static publisher =>
            $" <{publisher.System}/{publisher.Number} {publisher.Marker?.Cut}.{publisher.Marker?.Segments} {publisher.Stalled}>"))
        + (state.Ask is { } ask ? $" ASKS epoch {ask.Epoch}: {ask.Cause}" : "")
        + (state.Leaving ? " leaving" : "");

    public static string Short(CoordinatorState state) =>
        $"term {state.Term} epoch {state.Epoch} manifest {state.ManifestCut}#{state.ManifestIndex} cp {state.CheckpointClockMs} min {state.MinClockMs} tick {state.TickMs}"
        + (state.OpenCut is { } open ? $" cut {open.Cut}@{open.ClockMs}{(open.Pause ? " pause" : "")}" : "")
        + (state.Run ? " run" : "")
        + (state.PushBack ? " push-back" : "")
        + (state.Leave ? " leave" : "")
        + (state.Failed.Length > 0 ? " FAILED " + state.Failed : "");
}

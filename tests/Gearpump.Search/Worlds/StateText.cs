using Gearpump.Protocol.V1;

namespace Gearpump.Search.Worlds;

/// <summary>States as one line.</summary>
internal static class StateText
{
    public static string Short(CoordinatorState state) =>
        $"term {state.Term}, epoch {state.Epoch}, cut {state.ManifestCut} committed, {(state.OpenCut is { } open ? $"cut {open.Cut} at {open.ClockMs} open" : "none open")}, tick {state.TickMs}{(state.Run ? ", run" : "")}{(state.Leave ? ", leave" : "")}";

    public static string Short(WorkerState state) =>
        $"term {state.Term}, epoch {state.Epoch}, {state.Phase}, met cut {state.HighestCut}, parts {string.Join('/', state.Tasks.Select(task => task.Part?.Cut ?? 0))}{(state.Tasks.Any(task => task.Ended) ? ", ended" : "")}{(state.Publishers.Count > 0 ? $", marker {state.Publishers[0].Marker?.Cut}" : "")}{(state.Ask is { } ask ? $", ASKS: {ask.Cause}" : "")}";
}

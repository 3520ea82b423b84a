using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Ports;

/// <summary>The coordinator's effects.</summary>
public interface ICoordinatorHost : IMachineHost
{
    IStorePort Store { get; }

    /// <summary>Sends a state on a control stream. Where an older one still waits unsent, the host may drop that one: only if both have the same <c>open_cut</c>.</summary>
    void Send(long stream, CoordinatorState state);

    /// <summary>Ends a control stream. A refusal for good makes the worker exit with 78 and the reason.</summary>
    void Close(long stream, string reason, bool forGood);

    /// <summary>Writes both clocks to the mirror (Redis) by compare-and-set on (epoch, clock). Never waited for; only the newest matters.</summary>
    void MirrorClocks(ClockReading reading);

    /// <summary>Reads the mirror once; null: nothing there, or it did not answer in time.</summary>
    void ReadMirror(Action<ClockReading?> answer);

    /// <summary>The coordinator is over: the process leaves with this code (0 ended or stopped, 1 failed, 75 fenced, 78 refused).</summary>
    void Exit(int code, string reason);
}

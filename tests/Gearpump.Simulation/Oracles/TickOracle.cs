using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>The clock never falls within an instance: ticks start above the min clock that the mirror told the coordinator.</summary>
internal sealed class TickOracle(CoordinatorProcess process)
{
    private ClockReading? _read;

    public void Read(ClockReading? reading) => _read = reading;

    public void Sends(CoordinatorState state)
    {
        if (_read is { } read && state.TickMs > 0 && state.Instance == read.Instance && state.TickMs < read.MinClockMs)
        {
            throw process.World.Fail($"{process.Name} sends tick {state.TickMs}, the min clock in the mirror was {read.MinClockMs}");
        }
    }
}

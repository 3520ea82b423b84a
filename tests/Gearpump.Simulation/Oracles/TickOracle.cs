using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// The clock never falls within an instance: ticks start above the min clock that the mirror told the coordinator. And sources do not
/// pause for a cut that does not come.
/// </summary>
internal sealed class TickOracle(CoordinatorProcess process)
{
    private const long PauseMostMs = 10_000;
    private ClockReading? _read;
    private (string Instance, ulong Epoch, ulong Cut, long SinceMs) _pause = ("", 0, 0, 0);

    public void Read(ClockReading? reading) => _read = reading;

    public void Sends(CoordinatorState state)
    {
        if (_read is { } read && state.TickMs > 0 && state.Instance == read.Instance && state.TickMs < read.MinClockMs)
        {
            throw process.World.Fail($"{process.Name} sends tick {state.TickMs}, the min clock in the mirror was {read.MinClockMs}");
        }

        if (state.OpenCut is { Pause: true } cut)
        {
            RequireShort(state, cut);
        }
    }

    private void RequireShort(CoordinatorState state, OpenCut cut)
    {
        var now = process.World.NowMs;
        if ((_pause.Instance, _pause.Epoch, _pause.Cut) != (state.Instance, state.Epoch, cut.Cut))
        {
            _pause = (state.Instance, state.Epoch, cut.Cut, now);
        }
        else if (now - _pause.SinceMs > PauseMostMs + 1_000 && process.StoppedAtMs < _pause.SinceMs)
        {
            throw process.World.Fail($"{process.Name} has sources pause for cut {cut.Cut} for {now - _pause.SinceMs} ms", OracleName.Pause);
        }
    }
}

using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>A source reads nothing while it is told not to: outputs push back, the epoch does not run, or a cut asks for a pause behind it.</summary>
internal sealed class PauseOracle(WorkerProcess process)
{
    private CoordinatorState? _told;

    public void Told(CoordinatorState state)
    {
        // Of an older instance, or a lower term of the same one, nothing is obeyed.
        if (_told is null || state.InstanceNumber > _told.InstanceNumber || (state.InstanceNumber == _told.InstanceNumber && state.Term >= _told.Term))
        {
            _told = state;
        }
    }

    /// <summary>A source hands over a record.</summary>
    public void Read(long clockMs)
    {
        if (_told is not { } told || told.Instance != process.Instance || (long)told.Epoch != process.Epoch)
        {
            return;
        }

        if (!told.Run || told.PushBack || (told.OpenCut is { Pause: true } cut && clockMs >= cut.ClockMs))
        {
            throw process.World.Fail($"{process.Name} reads a record of clock {clockMs} although it was told to pause: run {told.Run}, push-back {told.PushBack}, cut {told.OpenCut}");
        }
    }
}

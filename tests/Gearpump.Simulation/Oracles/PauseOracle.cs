using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>A source reads nothing while it is told not to: outputs push back, the epoch does not run, or a cut asks for a pause behind it.</summary>
internal sealed class PauseOracle(WorkerProcess process)
{
    private const long PauseMostMs = 10_000;
    private CoordinatorState? _told;
    private CoordinatorState? _paused;
    private long _pausedAtMs;

    public void Told(CoordinatorState state)
    {
        // Of an older instance, or a lower term of the same one, nothing is obeyed.
        if (_told is null || state.InstanceNumber > _told.InstanceNumber || (state.InstanceNumber == _told.InstanceNumber && state.Term >= _told.Term))
        {
            _told = state;
            NotePause(state);
        }
    }

    // A pause is over when the same coordinator says so before the cut is committed. It does so after 10 s; that word may be lost.
    private void NotePause(CoordinatorState state)
    {
        if (state.OpenCut is { Pause: true })
        {
            _pausedAtMs = _paused?.OpenCut.Cut == state.OpenCut.Cut ? _pausedAtMs : process.World.NowMs;
            _paused = state;
        }
        else if (_paused is not null && (state.OpenCut?.Cut == _paused.OpenCut.Cut || (state.Instance, state.Epoch, state.Term) != (_paused.Instance, _paused.Epoch, _paused.Term)))
        {
            _paused = null;
        }
    }

    /// <summary>A source hands over a record.</summary>
    public void Read(long clockMs)
    {
        if (_told is not { } told || told.Instance != process.Instance || (long)told.Epoch != process.Epoch)
        {
            return;
        }

        if (_paused is { } paused && (paused.Instance, paused.Epoch) == (told.Instance, told.Epoch) && clockMs >= paused.OpenCut.ClockMs
            && process.World.NowMs - _pausedAtMs < PauseMostMs)
        {
            throw process.World.Fail($"{process.Name} reads a record of clock {clockMs} behind cut {paused.OpenCut.Cut}, for which it pauses: its epoch is to end there");
        }

        if (!told.Run || told.PushBack || (told.OpenCut is { Pause: true } cut && clockMs >= cut.ClockMs))
        {
            throw process.World.Fail($"{process.Name} reads a record of clock {clockMs} although it was told to pause: run {told.Run}, push-back {told.PushBack}, cut {told.OpenCut}");
        }
    }
}

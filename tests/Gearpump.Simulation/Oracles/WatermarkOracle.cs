using Gearpump.Engine.Channels;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>What a sender promises with a watermark it keeps: no later record of the channel has a clock below.</summary>
internal sealed class WatermarkOracle(WorkerProcess process)
{
    private readonly Dictionary<long, JobEpoch> _epochs = [];
    private readonly Dictionary<(JobEpoch Epoch, int Channel), Promise> _promised = [];

    public void Dialled(long call, JobEpoch epoch) => _epochs[call] = epoch;

    public void SentFrame(long call, in Frame frame)
    {
        var key = (_epochs[call], frame.Channel);
        var before = _promised.GetValueOrDefault(key);
        if (frame.Kind == FrameKind.Batch && frame.Sequence > before.Sequence && frame.ClockMs < before.WatermarkMs)
        {
            throw process.World.Fail(
                $"{process.Name} sends records of clock {frame.ClockMs} on channel {frame.Channel}, behind {before.Sequence} it had promised none below {before.WatermarkMs}");
        }

        // What is sent again has been looked at before.
        if (frame.Sequence >= before.Sequence && frame.WatermarkMs >= before.WatermarkMs)
        {
            _promised[key] = new Promise(frame.Sequence, frame.WatermarkMs);
        }
    }

    private readonly record struct Promise(long Sequence, long WatermarkMs);
}

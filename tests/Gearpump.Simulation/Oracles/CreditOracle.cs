using Gearpump.Engine.Channels;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>What a sender has on its way stays within what its receiver has reserved: memory is bounded.</summary>
internal sealed class CreditOracle(WorkerProcess process)
{
    private readonly Dictionary<long, JobEpoch> _epochs = [];
    private readonly Dictionary<(JobEpoch Epoch, int Channel), Sent> _channels = [];

    public void Dialled(long call, JobEpoch epoch) => _epochs[call] = epoch;

    public void Heard(long call, in Feedback feedback)
    {
        var sent = Of(call, feedback.Channel);
        sent.CreditRecords = Math.Max(sent.CreditRecords, feedback.CreditRecords);
        sent.CreditBytes = Math.Max(sent.CreditBytes, feedback.CreditBytes);
        sent.Acked = Math.Max(sent.Acked, feedback.Acked);
    }

    public void SentFrame(long call, in Frame frame)
    {
        var sent = Of(call, frame.Channel);
        if (frame.Kind == FrameKind.Watermark || frame.Sequence <= sent.Highest)
        {
            return;
        }

        if (frame.Sequence != sent.Highest + 1)
        {
            throw process.World.Fail($"{process.Name} sends {frame.Sequence} after {sent.Highest} on channel {frame.Channel}");
        }

        sent.Highest = frame.Sequence;
        sent.Records += frame.Records;
        sent.Bytes += frame.Payload.Length;
        if (frame.Kind == FrameKind.Batch && frame.Sequence != sent.Acked + 1 && (sent.Records > sent.CreditRecords || sent.Bytes > sent.CreditBytes))
        {
            throw process.World.Fail(
                $"{process.Name} has sent {sent.Records} records and {sent.Bytes} bytes on channel {frame.Channel}, the credit is {sent.CreditRecords} and {sent.CreditBytes}");
        }
    }

    private Sent Of(long call, int channel)
    {
        var key = (_epochs[call], channel);
        if (!_channels.TryGetValue(key, out var sent))
        {
            _channels.Add(key, sent = new Sent());
        }

        return sent;
    }

    private sealed class Sent
    {
        public long Highest { get; set; }

        public long Acked { get; set; }

        public long Records { get; set; }

        public long Bytes { get; set; }

        public long CreditRecords { get; set; }

        public long CreditBytes { get; set; }
    }
}

using Gearpump.Engine.Channels;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>A task that is fed by channels. It aligns: it takes nothing from behind a cut until the cut has come on every input.</summary>
internal sealed class ProcessorTask(EpochRun run, TaskRef place, long firstCut, long firstClockMs, IReadOnlyList<(ChannelReceiver Receiver, int Input)> inputs)
    : WorkerTask(run, place, firstCut, firstClockMs)
{
    private const int RecordsAStep = 4_096;
    private int _next;
    private int _aligned;

    public override bool Step()
    {
        var budget = new StepBudget(Run.Context.Host, RecordsAStep);
        var worked = false;
        for (var looked = 0; looked < inputs.Count && !budget.IsSpent; looked++)
        {
            var (receiver, input) = inputs[_next];
            while (!budget.IsSpent && !receiver.IsAligned && receiver.TryPeek(out var frame))
            {
                if (frame.Kind == FrameKind.Cut)
                {
                    TakeCut(receiver, frame);
                    worked = true;
                }
                else if (!TakeRecords(receiver, input, frame, ref budget, ref worked))
                {
                    return worked;
                }
            }

            _next = (_next + 1) % inputs.Count;
        }

        RaiseWatermark(Lowest());
        return worked;
    }

    // False: no further record may be taken now.
    private bool TakeRecords(ChannelReceiver receiver, int input, in Frame frame, ref StepBudget budget, ref bool worked)
    {
        var at = receiver.Offset;
        var done = receiver.RecordsDone;
        while (at < frame.Payload.Length && !budget.IsSpent && MayTakeRecord)
        {
            var record = RecordEncoding.Read(frame.Payload, ref at);
            Processor.Process(input, record, frame.ClockMs);
            done++;
            budget.Spend();
            worked = true;
        }

        (receiver.Offset, receiver.RecordsDone) = (at, done);
        if (at < frame.Payload.Length)
        {
            return budget.IsSpent;
        }

        receiver.Complete();
        return true;
    }

    private void TakeCut(ChannelReceiver receiver, in Frame frame)
    {
        if (frame.Cut != NextCut)
        {
            throw new ChannelException($"channel {receiver.Channel}: cut {frame.Cut} arrived at {Name}, expected {NextCut}");
        }

        receiver.Complete();
        receiver.IsAligned = true;
        if (++_aligned < inputs.Count)
        {
            return;
        }

        _aligned = 0;
        foreach (var (each, _) in inputs)
        {
            each.IsAligned = false;
        }

        Cut(frame.Cut, frame.ClockMs, part =>
        {
            foreach (var (each, _) in inputs)
            {
                var (records, hash) = each.TakeAudit();
                part.Received.Add(new ChannelAudit { Channel = (uint)each.Channel, Records = (ulong)records, Hash = hash });
            }
        });
    }

    private long Lowest()
    {
        var lowest = long.MaxValue;
        foreach (var (receiver, _) in inputs)
        {
            lowest = Math.Min(lowest, receiver.WatermarkMs);
        }

        return lowest;
    }
}

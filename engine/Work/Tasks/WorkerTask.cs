using Gearpump.Engine.Channels;
using Gearpump.Engine.Work.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>One task in one epoch: its chain, its outputs, its part of the cuts.</summary>
internal abstract class WorkerTask(EpochRun run, TaskRef place, long firstCut, long firstClockMs)
{
    private readonly List<OutputWriter> _outputs = [];
    private readonly List<ChannelOutput> _channels = [];
    private CutPartBuilder? _building;
    private CutPart? _finished;
    private long _watermark = firstClockMs;

    public TaskRef Place => place;

    public string Name { get; } = $"{place.Stage}/{place.Index}";

    public required TaskIo Io { get; init; }

    public required RecordProcessor Processor { get; init; }

    /// <summary>The cut that comes next on this task.</summary>
    public long NextCut { get; private set; } = firstCut;

    /// <summary>No later record of this task has a clock below.</summary>
    public long WatermarkMs => _watermark;

    /// <summary>All that it had to read is read.</summary>
    public virtual bool HasEnded => false;

    /// <summary>What is wrong outside, where that is why nothing comes; empty: nothing.</summary>
    protected virtual string Stalled => "";

    protected EpochRun Run => run;

    protected bool MayTakeRecord => Io.MayTakeRecord && !run.Uploader.IsFull && !_outputs.Exists(output => output.Destination.IsFull);

    /// <summary>Processes a bounded number of records. True: there was something to do.</summary>
    public abstract bool Step();

    public void AddOutput(OutputWriter writer) => _outputs.Add(writer);

    public void AddChannels(IEnumerable<ChannelOutput> channels) => _channels.AddRange(channels);

    /// <summary>Sends what waits in open batches and buffers, and the watermark.</summary>
    public void Flush()
    {
        foreach (var channel in _channels)
        {
            channel.Sender.Flush();
            channel.Sender.SendWatermark();
            if (channel.Sender.IsBlocked)
            {
                Io.Block(channel.Sender);
            }
        }

        foreach (var output in _outputs.Where(output => output.Destination is DirectSegments))
        {
            output.Flush();
        }
    }

    public TaskReport Report()
    {
        var clock = _watermark;
        foreach (var channel in _channels)
        {
            clock = Math.Min(clock, channel.Sender.PendingClockMs);
        }

        return new TaskReport { Stage = place.Stage, Index = place.Index, ClockMs = clock, Ended = HasEnded, Part = _finished, WaitsFor = WaitsFor(), Stalled = Stalled };
    }

    public virtual void Stop()
    {
        foreach (var output in _outputs)
        {
            output.Destination.Stop();
        }

        Processor.Chain.Dispose();
    }

    protected void RaiseWatermark(long clockMs)
    {
        if (clockMs <= _watermark)
        {
            return;
        }

        _watermark = clockMs;
        foreach (var channel in _channels)
        {
            channel.Sender.RaiseWatermark(clockMs);
        }

        run.BecameDirty();
    }

    /// <summary>The cut stands here: passes it on, freezes the states, and stores the part in the background.</summary>
    protected void Cut(long cut, long clockMs, Action<CutPart> fill)
    {
        run.Context.Host.Failpoint("before-snapshot");
        NextCut = cut + 1;
        var builder = new CutPartBuilder(cut, part =>
        {
            run.Context.Host.Failpoint("after-snapshot");
            (_finished, _building) = (part, null);
            run.StateChanged();
        });
        _building = builder;
        RaiseWatermark(clockMs);
        foreach (var channel in _channels)
        {
            var (records, hash) = channel.Sender.AppendCut(cut, clockMs);
            builder.Part.Sent.Add(new ChannelAudit { Channel = (uint)channel.Sender.Channel, Records = (ulong)records, Hash = hash });
            if (channel.Sender.IsBlocked)
            {
                Io.Block(channel.Sender);
            }
        }

        fill(builder.Part);
        builder.Part.Counters.AddRange(Processor.TakeCounters());
        foreach (var output in _outputs)
        {
            output.Flush();
            output.Destination.OnCut(builder);
        }

        foreach (var state in Processor.Chain.States)
        {
            run.States.Upload(state, state.Freeze(), (int)place.Index, cut, builder);
        }

        builder.Release();
        run.BecameDirty();
    }

    private string WaitsFor()
    {
        if (_building is { } building)
        {
            return $"storing cut {building.Part.Cut}: {building.Holds} to go";
        }

        return Io.MayTakeRecord ? "" : "credit downstream";
    }
}

using Gearpump.Engine.Channels;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>Memory is bounded: who takes another record has sent all that went before, but for an open batch on each channel.</summary>
internal sealed class BufferOracle(WorkerProcess process, int batchRecords)
{
    /// <summary>No process has more channels in any shape.</summary>
    private const int ChannelsMax = 48;

    private readonly Dictionary<long, JobEpoch> _epochs = [];
    private readonly Dictionary<(JobEpoch Epoch, int Channel), long> _highest = [];
    private readonly Dictionary<JobEpoch, long> _unsent = [];

    public void Dialled(long call, JobEpoch epoch) => _epochs[call] = epoch;

    public void SentFrame(long call, in Frame frame)
    {
        var epoch = _epochs[call];
        if (frame.Kind == FrameKind.Batch && frame.Sequence > _highest.GetValueOrDefault((epoch, frame.Channel)))
        {
            _highest[(epoch, frame.Channel)] = frame.Sequence;
            Add(epoch, -frame.Records);
        }
    }

    /// <summary>A chain has written records to its edges, or, negative, has had them taken back.</summary>
    public void Written(long records) => Add(process.JobEpoch, records);

    /// <summary>A chain is given another record.</summary>
    public void Takes(string step)
    {
        var unsent = _unsent.GetValueOrDefault(process.JobEpoch);
        if (unsent > (long)ChannelsMax * batchRecords)
        {
            throw process.World.Fail($"{process.Name}: {step} gets another record, and {unsent} records wait to be sent, in batches of {batchRecords}");
        }
    }

    private void Add(JobEpoch epoch, long records) => _unsent[epoch] = _unsent.GetValueOrDefault(epoch) + records;
}

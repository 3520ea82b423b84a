using System.Globalization;
using Gearpump.Engine.Channels;
using Gearpump.Simulation.Processes;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Memory is bounded: who takes another record has sent all that went before, but for a batch on each channel, and has not
/// more on its way to the store than it may.
/// </summary>
internal sealed class BufferOracle(WorkerProcess process, int batchRecords, long uploadBytesMax)
{
    private readonly Dictionary<long, JobEpoch> _epochs = [];
    private readonly Dictionary<JobEpoch, HashSet<int>> _channels = [];
    private readonly Dictionary<string, int> _uploads = [];
    private readonly Dictionary<(JobEpoch Epoch, int Channel), long> _highest = [];
    private readonly Dictionary<JobEpoch, long> _unsent = [];

    public void Dialled(long call, JobEpoch epoch) => _epochs[call] = epoch;

    /// <summary>A call was accepted that carries these channels.</summary>
    public void Accepted(long call, IEnumerable<int> channels)
    {
        if (_epochs.TryGetValue(call, out var epoch))
        {
            (_channels.TryGetValue(epoch, out var known) ? known : _channels[epoch] = []).UnionWith(channels);
        }
    }

    /// <summary>An object is on its way to the store, until <see cref="Stored"/>.</summary>
    public void Uploads(string key, int bytes) => _uploads[key] = bytes;

    public void Stored(string key) => _uploads.Remove(key);

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
        var channels = _channels.GetValueOrDefault(process.JobEpoch)?.Count ?? 0;
        if (unsent > (long)channels * (batchRecords + SimSplit.WordsMost))
        {
            throw process.World.Fail($"{process.Name}: {step} gets another record, and {unsent} records wait to be sent on {channels} channels, in batches of {batchRecords}");
        }

        var underWay = _uploads.Sum(upload => IsOfThisEpoch(upload.Key) ? upload.Value : 0L);
        if (underWay >= uploadBytesMax)
        {
            throw process.World.Fail($"{process.Name}: {step} gets another record, and {underWay} bytes are on their way to the store, of {uploadBytesMax}");
        }
    }

    // job/instance/cuts/cut/epoch/…: what an epoch that is over has sent is not counted any more.
    private bool IsOfThisEpoch(string key) => key.Split('/') is [_, var instance, "cuts", _, var epoch, ..]
        && new JobEpoch(instance, long.Parse(epoch, CultureInfo.InvariantCulture)) == process.JobEpoch;

    private void Add(JobEpoch epoch, long records) => _unsent[epoch] = _unsent.GetValueOrDefault(epoch) + records;
}

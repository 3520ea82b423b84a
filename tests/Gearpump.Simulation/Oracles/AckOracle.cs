using Gearpump.Engine.Channels;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>A batch is acknowledged after it has been processed: a process acknowledges no more records than its chains have been given.</summary>
internal sealed class AckOracle(WorkerProcess process)
{
    private readonly Dictionary<long, JobEpoch> _epochs = [];
    private readonly Dictionary<(JobEpoch Epoch, int Channel), long> _acked = [];
    private readonly Dictionary<JobEpoch, long> _processed = [];

    public void Called(long call, JobEpoch epoch) => _epochs[call] = epoch;

    /// <summary>A record from a channel is done.</summary>
    public void Processed() => _processed[process.JobEpoch] = _processed.GetValueOrDefault(process.JobEpoch) + 1;

    public void Acknowledges(long call, in Feedback feedback)
    {
        if (!_epochs.TryGetValue(call, out var epoch))
        {
            return;
        }

        _acked[(epoch, feedback.Channel)] = feedback.AckedRecords;
        var acked = _acked.Sum(pair => pair.Key.Epoch == epoch ? pair.Value : 0);
        if (acked > _processed.GetValueOrDefault(epoch))
        {
            throw process.World.Fail($"{process.Name} acknowledges {acked} records in epoch {epoch}, {_processed.GetValueOrDefault(epoch)} have been processed");
        }
    }
}

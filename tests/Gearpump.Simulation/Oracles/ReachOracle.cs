using Gearpump.Engine.Channels;
using Gearpump.Engine.Work;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>A peer that cannot be reached for the time of silence is a cause for a rollback: not before, and then at once.</summary>
internal sealed class ReachOracle(WorkerProcess process)
{
    private readonly Dictionary<long, (JobEpoch Epoch, string Peer)> _calls = [];
    private readonly Dictionary<(JobEpoch Epoch, string Peer), long> _lostAt = [];
    private readonly HashSet<(JobEpoch Epoch, string Peer)> _unreachable = [];

    public void Dialled(long call, HelloInfo hello) => _calls[call] = (new JobEpoch(hello.Instance, hello.Epoch), hello.Receiver);

    public void Accepted(long call) => _lostAt.Remove(_calls[call]);

    /// <summary>A call has broken, or a dial has failed.</summary>
    public void Closed(long call, CallEnd end)
    {
        if (end == CallEnd.Refused || !_calls.TryGetValue(call, out var link))
        {
            return;
        }

        if (end == CallEnd.NotYet)
        {
            // It answers: it is reached.
            _lostAt.Remove(link);
            return;
        }

        _lostAt.TryAdd(link, process.World.NowMs);
        if (process.World.NowMs - _lostAt[link] >= process.World.Profile.SilenceMs)
        {
            _unreachable.Add(link);
        }
    }

    public void Says(WorkerState state)
    {
        var epoch = new JobEpoch(state.Instance, (long)state.Epoch);
        if (state.Ask is null && _unreachable.FirstOrDefault(link => link.Epoch == epoch) is { Peer: { } peer })
        {
            throw process.World.Fail($"{process.Name} has not reached {peer} for {process.World.Profile.SilenceMs} ms, and asks for nothing");
        }

        if (state.Ask is { } ask && (long)ask.Epoch == epoch.Epoch && ask.Cause.Contains(" cannot be reached for ", StringComparison.Ordinal)
            && !_unreachable.Any(link => link.Epoch == epoch && ask.Cause.Contains($": {link.Peer} cannot", StringComparison.Ordinal)))
        {
            throw process.World.Fail($"{process.Name} asks too soon: {ask.Cause}");
        }
    }
}

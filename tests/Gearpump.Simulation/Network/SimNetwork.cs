using Gearpump.Engine.Channels;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>All connections there are.</summary>
internal sealed class SimNetwork(SimWorld world, SimRandom random)
{
    private readonly List<ISimConnection> _connections = [];
    private readonly HashSet<(string Sender, string Receiver, long Epoch)> _accepted = [];
    private readonly List<Partition> _partitions = [];
    private long _numbers;

    public SimRandom Random { get; } = random;

    public long NextNumber() => ++_numbers;

    public void Add(ISimConnection connection)
    {
        if (_connections.Count > 64)
        {
            _connections.RemoveAll(static old => !old.Open);
        }

        _connections.Add(connection);
        foreach (var partition in _partitions)
        {
            Silence(connection, partition);
        }
    }

    /// <summary>Parts machines from each other, on every connection that there is and on those that are opened meanwhile.</summary>
    public void Part(Partition partition)
    {
        _partitions.RemoveAll(old => old.UntilMs <= world.NowMs);
        _partitions.Add(partition);
        foreach (var connection in _connections)
        {
            Silence(connection, partition);
        }
    }

    /// <summary>Whether a process is parted from object storage now.</summary>
    public bool IsStoreless(SimProcess process)
    {
        foreach (var partition in _partitions)
        {
            if (partition.Storeless && partition.UntilMs > world.NowMs && partition.Inside.Contains(process.Slot))
            {
                return true;
            }
        }

        return false;
    }

    private void Silence(ISimConnection connection, Partition partition)
    {
        var forward = partition.Parts(connection.From, connection.To);
        var back = partition.Parts(connection.To, connection.From);
        if ((forward || back) && partition.UntilMs > world.NowMs)
        {
            connection.Silence(forward, back, partition.UntilMs);
        }
    }

    /// <summary>Something open, or null.</summary>
    public ISimConnection? PickOpen()
    {
        _connections.RemoveAll(static old => !old.Open);
        return _connections.Count == 0 ? null : Random.Pick(_connections);
    }

    public void CountAccepted(HelloInfo hello)
    {
        if (!_accepted.Add((hello.SenderProcess, hello.ReceiverProcess, hello.Epoch)))
        {
            world.Stats.CallsResumed++;
        }
    }

    /// <summary>A process has died: its peers learn of it soon, or, where its machine died with it, late.</summary>
    public void Gone(SimProcess process, string why, bool machineDied)
    {
        foreach (var connection in _connections.ToArray())
        {
            if (connection.Touches(process))
            {
                var told = machineDied ? Random.Between(2_000L, 8_000L) : Random.Between(0L, 30L);
                connection.Lost(process, why, told);
            }
        }

        _connections.RemoveAll(old => old.Touches(process));
    }
}

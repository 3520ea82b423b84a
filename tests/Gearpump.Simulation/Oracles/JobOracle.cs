using System.Text;
using Gearpump.Engine.Log;
using Gearpump.Simulation.Graphs;

namespace Gearpump.Simulation.Oracles;

/// <summary>The instances of the job, each with the oracles over its own log: terms, epochs and clocks compare only within one.</summary>
internal sealed class JobOracle(SimWorld world)
{
    private readonly Dictionary<string, LogOracle> _instances = [];
    private readonly LogOracle _none = new(world);

    /// <summary>The newest instance; empty before there is one.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>The newest instance's log.</summary>
    public LogOracle Newest => Of(Instance);

    public LogOracle Of(string instance) => _instances.GetValueOrDefault(instance, _none);

    public void OnCreated(string key, byte[] bytes)
    {
        if (key.StartsWith(StoreKeys.Instances(SimGraphs.Job), StringComparison.Ordinal))
        {
            Instance = Encoding.UTF8.GetString(bytes);
            _instances[Instance] = new LogOracle(world);
            world.Stats.Instances++;
        }
        else
        {
            Written(key).OnCreated(key, bytes);
        }
    }

    /// <summary>A log says, or has said, that the job has failed for that reason.</summary>
    public bool HasFailedFor(string reason) => _instances.Values.Any(log => log.Budget.HasFailedFor(reason));

    /// <summary>A worker has asked a source for its splits: no instance that comes later may begin with them.</summary>
    public void ListedSplits()
    {
        foreach (var log in _instances.Values)
        {
            log.HasListed = true;
        }
    }

    public void OnDeleted(string key) => Written(key).OnDeleted(key);

    /// <summary>The store was emptied: nothing that the instances before it say can be held against them.</summary>
    public void OnWiped()
    {
        foreach (var log in _instances.Values)
        {
            log.IsWiped = true;
        }
    }

    // job/instance/…
    private LogOracle Written(string key)
    {
        var parts = key.Split('/', 3);
        return _instances.TryGetValue(parts[1], out var log) ? log : throw new SimulationFailedException($"{key} belongs to no instance of the job");
    }
}

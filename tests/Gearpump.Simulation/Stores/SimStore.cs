using Gearpump.Simulation.Core;

namespace Gearpump.Simulation.Stores;

/// <summary>Object storage: keys in order, each created once. What it is asked for happens at a moment of its own.</summary>
internal sealed class SimStore(SimWorld world, SimRandom random)
{
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public SimRandom Random { get; } = random;

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>True: it was created. False: something stands there.</summary>
    public bool TryCreate(string key, byte[] bytes)
    {
        if (_objects.ContainsKey(key) && world.Profile.Plant != SimulationPlant.OverwritingStore)
        {
            return false;
        }

        _objects[key] = bytes;
        world.Job.OnCreated(key, bytes);
        return true;
    }

    public byte[]? Find(string key) => _objects.GetValueOrDefault(key);

    public IReadOnlyList<string> List(string prefix, string? after)
    {
        var keys = new List<string>();
        foreach (var key in _objects.Keys)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(key, after) > 0))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    public void Delete(string key)
    {
        if (_objects.Remove(key))
        {
            world.Stats.ObjectsDeleted++;
            world.Job.OnDeleted(key);
        }
    }

    /// <summary>How often it was emptied: a request that was sent before finds nothing and leaves nothing.</summary>
    public int Wipes { get; private set; }

    /// <summary>Somebody deletes everything.</summary>
    public void Wipe()
    {
        Wipes++;
        _objects.Clear();
        world.Job.OnWiped();
    }
}

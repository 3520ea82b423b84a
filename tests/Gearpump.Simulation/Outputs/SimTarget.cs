using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>An outside system. Each instance of the job writes everything anew.</summary>
internal sealed class SimTarget(SimWorld world, string system, bool counts)
{
    private readonly Dictionary<string, InstanceOutput> _instances = [];
    private readonly Dictionary<string, SimPublisher> _publishers = [];

    public SimWorld World => world;

    public string System => system;

    /// <summary>What an instance has written.</summary>
    public InstanceOutput Of(string instance)
    {
        if (!_instances.TryGetValue(instance, out var output))
        {
            _instances[instance] = output = new InstanceOutput(world, system, counts);
        }

        return output;
    }

    public SimPublisher Publisher(PublisherId id)
    {
        var name = id.ToString();
        if (!_publishers.TryGetValue(name, out var publisher))
        {
            _publishers[name] = publisher = new SimPublisher(this, id.Instance);
        }

        return publisher;
    }

    public SimDirectWriter OpenDirect(DirectWriterId id) => new(this, id);
}

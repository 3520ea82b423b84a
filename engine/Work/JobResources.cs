using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Sources;

namespace Gearpump.Engine.Work;

/// <summary>The sources and outputs of a graph, made once a process.</summary>
public sealed class JobResources
{
    private readonly Dictionary<string, ITimeReplayableSource> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IOutput> _outputs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IOutput> _systems = new(StringComparer.Ordinal);

    public JobResources(JobGraph graph, IServiceProvider services)
    {
        foreach (var stage in graph.Stages)
        {
            if (stage.Source is { } create)
            {
                _sources[stage.Name] = create(services);
            }

            foreach (var binding in stage.Outputs)
            {
                var output = _outputs[binding.Step] = binding.Create(services);
                if (PlanFactory.DeliveryOf(graph, binding) == Delivery.ExactlyOnce)
                {
                    _systems.TryAdd(output.System, output);
                }
            }
        }

        DeadLetters = graph.DeadLetters?.Invoke(services);
        if (DeadLetters is { } letters)
        {
            _systems.TryAdd(letters.System, letters);
        }
    }

    /// <summary>Outside systems that are written exactly once, by name; the dead letters' is always among them.</summary>
    public IReadOnlyDictionary<string, IOutput> Systems => _systems;

    public IOutput? DeadLetters { get; }

    public ITimeReplayableSource Source(StageDefinition stage) => _sources[stage.Name];

    public IOutput Output(OutputBinding binding) => _outputs[binding.Step];
}

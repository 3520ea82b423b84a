using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Delivery = Gearpump.Protocol.V1.Delivery;
using Routing = Gearpump.Protocol.V1.Routing;

namespace Gearpump.Engine.Work;

/// <summary>The plan that a graph stands for: what the coordinator learns of the user's program.</summary>
public static class PlanFactory
{
    public static Plan Create(JobGraph graph, JobResources resources)
    {
        var plan = new Plan { Job = graph.Job, CheckpointIntervalMs = (uint)graph.Settings.CheckpointInterval.TotalMilliseconds };
        foreach (var stage in graph.Stages)
        {
            plan.Stages.Add(StageOf(graph, stage, resources));
        }

        plan.Edges.AddRange(graph.Edges.Select(edge => new Edge { From = edge.From, To = edge.To, Routing = RoutingOf(edge.Routing) }));
        foreach (var (system, output) in resources.Systems.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            plan.Systems.Add(new PublisherSystem { System = system, Publishers = (uint)output.Publishers });
        }

        return plan;
    }

    /// <summary>What an output of the graph delivers: its own choice, or the job's.</summary>
    public static Graph.Delivery DeliveryOf(JobGraph graph, OutputBinding output) => output.Delivery ?? graph.Settings.Delivery;

    private static Stage StageOf(JobGraph graph, StageDefinition definition, JobResources resources)
    {
        var stage = new Stage
        {
            Name = definition.Name,
            Role = definition.Source is null ? Role.Processor : Role.Source,
            Parallelism = (uint)definition.Parallelism,
        };
        foreach (var description in definition.Steps)
        {
            var step = new Step { Name = description.Name, Kind = description.Kind, State = description.State, Resource = description.Resource };
            if (definition.Source is not null && description == definition.Steps[0])
            {
                step.Resource = resources.Source(definition).Identity;
            }

            if (definition.Outputs.FirstOrDefault(output => output.Step == description.Name) is { } binding)
            {
                step.Resource = resources.Output(binding).System;
                step.Delivery = DeliveryOf(graph, binding) == Graph.Delivery.AtLeastOnce ? Delivery.AtLeastOnce : Delivery.ExactlyOnce;
            }

            stage.Steps.Add(step);
        }

        return stage;
    }

    private static Routing RoutingOf(Graph.Routing routing) => routing switch
    {
        Graph.Routing.Hash => Routing.Hash,
        Graph.Routing.RoundRobin => Routing.RoundRobin,
        Graph.Routing.Broadcast => Routing.Broadcast,
        _ => throw new ArgumentOutOfRangeException(nameof(routing), routing, "no such routing"),
    };
}

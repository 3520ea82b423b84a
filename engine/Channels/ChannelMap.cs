using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Channels;

/// <summary>Numbers every channel of an epoch, the same in every process: edge by edge, upstream task by downstream task.</summary>
internal sealed class ChannelMap
{
    private readonly List<ChannelPlace> _channels = [];

    public ChannelMap(Plan plan, Assignment assignment)
    {
        foreach (var edge in plan.Edges)
        {
            var upstream = TasksOf(assignment, edge.From);
            var downstream = TasksOf(assignment, edge.To);
            var output = plan.Edges.Where(other => other.From == edge.From).ToList().IndexOf(edge);
            var input = plan.Edges.Where(other => other.To == edge.To).ToList().IndexOf(edge);
            foreach (var from in upstream)
            {
                foreach (var to in downstream)
                {
                    _channels.Add(new ChannelPlace(_channels.Count, from, to, output, input));
                }
            }
        }
    }

    public IReadOnlyList<ChannelPlace> Channels => _channels;

    private static List<TaskRef> TasksOf(Assignment assignment, string stage) => assignment.Tasks.Where(task => task.Stage == stage).ToList();
}

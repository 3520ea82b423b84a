using System.Text;
using Gearpump.Runtime;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Graphs;

/// <summary>Lines to words on the first edge; on a second one, if there is one, the lines as they are.</summary>
internal sealed class SplitChain(SimWorld world, WorkerProcess process, TaskSetup setup) : SendingChain(world, process, "split")
{
    public override void Process(int input, in Record record, long clock)
    {
        var words = Split(record);
        for (var i = 0; i < words.Length; i++)
        {
            setup.Edges[0].Write(Keyed(Encoding.UTF8.GetBytes(words[i]), i));
        }

        Refuse(record);
        for (var edge = 1; edge < setup.Edges.Count; edge++)
        {
            setup.Edges[edge].Write(record);
        }
    }
}

using System.Text;
using Gearpump.Runtime;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Graphs;

/// <summary>Lines to words with a mark before each, so that the count keeps them apart from the plain ones.</summary>
internal sealed class MarkChain(SimWorld world, WorkerProcess process, TaskSetup setup) : SendingChain(world, process, "mark")
{
    public override void Process(int input, in Record record, long clock)
    {
        Refuse(record);
        var words = Split(record);
        for (var i = 0; i < words.Length; i++)
        {
            setup.Edges[0].Write(Keyed(Encoding.UTF8.GetBytes("m:" + words[i]), i));
        }
    }
}

using System.Text;
using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>Lines to words with a mark before each, so that the count keeps them apart from the plain ones.</summary>
internal sealed class MarkChain(TaskSetup setup) : SimChain("mark")
{
    public override void Process(int input, in Record record, long clock)
    {
        Refuse(record);
        foreach (var word in Split(record))
        {
            setup.Edges[0].Write(Keyed(Encoding.UTF8.GetBytes("m:" + word)));
        }
    }
}

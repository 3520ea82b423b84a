using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>Lines as they are, to every edge.</summary>
internal sealed class LinesChain(TaskSetup setup) : SimChain("lines")
{
    public override void Process(int input, in Record record, long clock)
    {
        Refuse(record);
        foreach (var edge in setup.Edges)
        {
            edge.Write(record);
        }
    }
}

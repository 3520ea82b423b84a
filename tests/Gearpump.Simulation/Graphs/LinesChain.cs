using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>Lines as they are, to every edge.</summary>
internal sealed class LinesChain(TaskSetup setup, UserErrors errors) : SimChain("lines", errors)
{
    protected override void Handle(int input, in Record record)
    {
        Refuse(record);
        foreach (var edge in setup.Edges)
        {
            edge.Write(record);
        }
    }
}

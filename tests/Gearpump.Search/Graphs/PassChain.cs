using Gearpump.Runtime;

namespace Gearpump.Search.Graphs;

/// <summary>No state: hands every record on, to every edge.</summary>
internal sealed class PassChain(string step, TaskSetup setup) : TaskChain
{
    public override IReadOnlyList<ITaskState> States => [];

    public override string CurrentStep => step;

    public override void Process(int input, in Record record, long clock)
    {
        foreach (var edge in setup.Edges)
        {
            edge.Write(record);
        }
    }
}

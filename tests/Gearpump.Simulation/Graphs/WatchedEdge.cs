using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>An edge; counts what the current record has written to it.</summary>
internal sealed class WatchedEdge(IRecordWriter inner) : IRecordWriter
{
    public long Written { get; set; }

    public void Write(in Record record)
    {
        Written++;
        inner.Write(record);
    }
}

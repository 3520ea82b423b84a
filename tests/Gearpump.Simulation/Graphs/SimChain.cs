using System.Text;
using Gearpump.Runtime;

namespace Gearpump.Simulation.Graphs;

/// <summary>A chain whose user code is a function of the record.</summary>
internal abstract class SimChain(string step) : TaskChain
{
    public override IReadOnlyList<ITaskState> States => [];

    public override string CurrentStep => step;

    /// <summary>Throws on a line that user code does not want.</summary>
    protected static void Refuse(in Record line)
    {
        if (line.Value.Span.StartsWith(System.Text.Encoding.UTF8.GetBytes(Gearpump.Simulation.Sources.SimSplit.RefusedLine)))
        {
            throw new RecordRejectedException("simulated: not wanted");
        }
    }

    protected static string[] Split(in Record line) =>
        Encoding.UTF8.GetString(line.Value.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

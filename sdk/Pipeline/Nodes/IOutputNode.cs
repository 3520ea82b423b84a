using Gearpump.Graph;

namespace Gearpump.Pipeline.Nodes;

/// <summary>An output, whatever its type of record.</summary>
internal interface IOutputNode
{
    OutputBinding Binding { get; }
}

namespace Gearpump.Runtime;

/// <summary>Takes what a chain of steps emits: an edge to another stage, or an output. The engine's.</summary>
public interface IRecordWriter
{
    /// <summary>Copies the record before it returns.</summary>
    void Write(in Record record);
}

using Gearpump.Runtime;

namespace Gearpump.Pipeline;

/// <summary>The first step of a stage: takes records as bytes.</summary>
internal abstract class Head
{
    public abstract void Take(in Record record);
}

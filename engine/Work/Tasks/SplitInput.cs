using Gearpump.Sources;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>A split that a source task reads.</summary>
internal sealed class SplitInput(SourceSplit split, SourcePosition position, bool ended)
{
    private readonly SourcePosition _start = position;

    public SourceSplit Split => split;

    public ISplitReader? Reader { get; set; }

    public bool Ended { get; set; } = ended;

    /// <summary>Nothing was there; its reader says when to look again.</summary>
    public bool IsIdle { get; set; }

    /// <summary>What is wrong outside, as its reader has said last; empty: nothing.</summary>
    public string Trouble { get; set; } = "";

    public SourcePosition Position => Reader?.Position ?? _start;
}

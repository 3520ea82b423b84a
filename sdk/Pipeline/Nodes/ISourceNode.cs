using Gearpump.Sources;

namespace Gearpump.Pipeline.Nodes;

/// <summary>A source, whatever its type of record.</summary>
internal interface ISourceNode
{
    Func<IServiceProvider, ITimeReplayableSource> Create { get; }

    Head CreateHead(ChainBuild build);
}

using Gearpump.Sources;

namespace Gearpump.Pipeline.Nodes;

internal sealed class SourceNode<T>(string name, Func<IServiceProvider, ITimeReplayableSource> create, Serde<T> serde) : Node(name, "source"), ISourceNode
{
    public Func<IServiceProvider, ITimeReplayableSource> Create => create;

    public Head CreateHead(ChainBuild build) => new DecodingHead<T>(Name, build.Context, serde, build.Following<T>(this));
}

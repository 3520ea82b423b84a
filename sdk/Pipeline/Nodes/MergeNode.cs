namespace Gearpump.Pipeline.Nodes;

/// <summary>Several streams become one.</summary>
internal sealed class MergeNode<T>(string name) : Node(name, "merge"), IStep<T>
{
    public Receiver<T> CreateReceiver(ChainBuild build) => build.Following<T>(this);
}

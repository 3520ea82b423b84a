using Gearpump.Graph;

namespace Gearpump.Pipeline.Nodes;

/// <summary>A step of the graph, as it was declared.</summary>
internal abstract class Node(string name, string kind)
{
    public string Name => name;

    public string Kind => kind;

    public List<Node> Followers { get; } = [];

    /// <summary>What stands before it.</summary>
    public List<Node> Inputs { get; } = [];

    /// <summary>It ends its stage: records leave over an edge to a stage for each follower.</summary>
    public virtual Routing? Leaves => null;

    public virtual int Parallelism => 0;

    public virtual StepDescription Describe() => new(Name, Kind);

    public void Follow(Node before)
    {
        before.Followers.Add(this);
        Inputs.Add(before);
    }
}

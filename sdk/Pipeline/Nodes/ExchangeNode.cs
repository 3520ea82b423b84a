using Gearpump.Graph;
using Gearpump.Runtime;

namespace Gearpump.Pipeline.Nodes;

/// <summary>Sends records to another stage without a key: one task after the other, or all.</summary>
internal sealed class ExchangeNode<T>(string name, Routing routing, Serde<T> serde) : Node(name, routing == Routing.Broadcast ? "broadcast" : "rebalance"), IStep<T>, IStageEntry
{
    public override Routing? Leaves => routing;

    public Receiver<T> CreateReceiver(ChainBuild build) =>
        new Step(Name, build.Context, serde, Followers.Select(follower => build.Edge(follower.Name)).ToArray());

    public Head CreateHead(ChainBuild build, Node first) => ((IStep<T>)first).CreateHead(build, serde);

    private sealed class Step(string name, StepContext context, Serde<T> serde, IRecordWriter[] edges) : Receiver<T>
    {
        private readonly Scratch _value = new();

        public override void Emit(T value)
        {
            context.CurrentStep = name;
            var record = new Record(_value.Write(serde, value), context.EventTimeMs);
            foreach (var edge in edges)
            {
                edge.Write(record);
            }
        }
    }
}

using Gearpump.Graph;
using Gearpump.Pipeline.Nodes;
using Gearpump.Runtime;

namespace Gearpump.Pipeline;

/// <summary>What is needed to make the steps of one task.</summary>
internal sealed class ChainBuild(TaskSetup setup, IReadOnlyList<EdgeDefinition> edges, IReadOnlyList<OutputBinding> outputs)
{
    public StepContext Context { get; } = new();

    public TaskSetup Setup => setup;

    public List<ITaskState> States { get; } = [];

    /// <summary>What user code made for this task and wants to be disposed of with it.</summary>
    public List<IDisposable> Owned { get; } = [];

    public void Own(object made)
    {
        if (made is IDisposable disposable)
        {
            Owned.Add(disposable);
        }
    }

    public IRecordWriter Edge(string toStage) => setup.Edges[edges.ToList().FindIndex(edge => edge.To == toStage)];

    public IRecordWriter Output(string step) => setup.Outputs[outputs.ToList().FindIndex(output => output.Step == step)];

    /// <summary>Makes what follows a step.</summary>
    public Receiver<T> Following<T>(Node node)
    {
        var receivers = node.Followers.Select(follower => ((IStep<T>)follower).CreateReceiver(this)).ToArray();
        return receivers.Length switch
        {
            0 => new Dropped<T>(),
            1 => receivers[0],
            _ => new Fanout<T>(receivers),
        };
    }
}

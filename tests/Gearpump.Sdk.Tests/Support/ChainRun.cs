using Gearpump.Graph;
using Gearpump.Runtime;

namespace Gearpump.Sdk.Tests.Support;

/// <summary>A real chain of one stage, with recording writers in the engine's place.</summary>
internal sealed class ChainRun : IDisposable
{
    public ChainRun(JobGraph graph, string stage, IServiceProvider? services = null)
    {
        var definition = graph.Stages.Single(one => one.Name == stage);
        Edges = [.. graph.Edges.Where(edge => edge.From == stage).Select(_ => new RecordingWriter())];
        Outputs = [.. definition.Outputs.Select(_ => new RecordingWriter())];
        Chain = definition.CreateChain(new TaskSetup(services ?? NoServices.Instance, 0, 1, KeyGroupRange.All, Edges, Outputs));
    }

    public TaskChain Chain { get; }

    public RecordingWriter[] Edges { get; }

    public RecordingWriter[] Outputs { get; }

    public void Send<T>(Serde<T> serde, T value, long clock = 1, int input = 0)
    {
        var room = new byte[serde.MaxBytes(value)];
        Send(new Record(room.AsMemory(0, serde.Write(value, room))), clock, input);
    }

    public void Send(in Record record, long clock = 1, int input = 0)
    {
        foreach (var state in Chain.States)
        {
            state.BeginRecord();
        }

        Chain.Process(input, record, clock);
    }

    public void Dispose() => Chain.Dispose();
}

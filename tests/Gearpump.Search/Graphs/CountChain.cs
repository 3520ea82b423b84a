using System.Globalization;
using System.Text;
using Gearpump.Runtime;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Graphs;

/// <summary>Counts its records, and writes every count to its output, where it has one.</summary>
internal sealed class CountChain(string step, TaskSetup setup) : TaskChain
{
    private readonly HostedWorld _world = (HostedWorld)setup.Services.GetService(typeof(HostedWorld))!;
    private readonly CountState _state = new(step, (HostedWorld)setup.Services.GetService(typeof(HostedWorld))!);

    public override IReadOnlyList<ITaskState> States => [_state];

    public override string CurrentStep => step;

    public override void Process(int input, in Record record, long clock)
    {
        _world.OnProcessed(step, record.Value.Span, clock);
        var count = ++_state.Count;
        foreach (var output in setup.Outputs)
        {
            output.Write(new Record(Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture))));
        }
    }
}

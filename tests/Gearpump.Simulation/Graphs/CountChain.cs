using System.Globalization;
using System.Text;
using Gearpump.Runtime;
using Gearpump.Simulation.Oracles;
using Gearpump.Simulation.Processes;
using Gearpump.Sources;

namespace Gearpump.Simulation.Graphs;

/// <summary>Counts words and writes every new count: those of input 0 to the first output, those of input 1 to the second.</summary>
internal sealed class CountChain(SimWorld world, WorkerProcess process, TaskSetup setup) : SimChain(Step)
{
    public const string Step = "count";

    private readonly OrderOracle.Inbox _inbox = world.Order.NewInbox(process);
    private readonly WordState _state = new(world, Step) { Range = setup.Range };

    private static readonly byte[] Poison = Encoding.UTF8.GetBytes(Sources.SimSplit.RefusedWord);

    public override IReadOnlyList<ITaskState> States => [_state];

    public override void Process(int input, in Record record, long clock)
    {
        var word = Encoding.UTF8.GetString(record.Key.Span);
        _inbox.Came(word, record.EventTimeMs);
        var count = _state.Increment(record.KeyHash, word, record.EventTimeMs);
        var value = Encoding.UTF8.GetBytes(count.ToString(CultureInfo.InvariantCulture));
        setup.Outputs[input].Write(new Record(record.KeyHash, record.Key, value, valueIsKey: false, IRecordSink.NoEventTime));
        if (record.Key.Span.EndsWith(Poison))
        {
            // What was updated and written a line above must be taken back.
            throw new RecordRejectedException("simulated: not wanted");
        }
    }
}

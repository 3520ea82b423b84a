using Gearpump.Runtime;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Graphs;

/// <summary>The word count as a user writes it.</summary>
internal sealed class CountTask : PersistentTask<string, long, long>
{
    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<long> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(state.Value);
        if (message.Value.EndsWith(SimSplit.RefusedWord, StringComparison.Ordinal))
        {
            // What was updated and emitted a line above must be taken back.
            throw new RecordRejectedException("simulated: not wanted");
        }
    }
}

namespace Gearpump.Simulation.Graphs;

/// <summary>Counts its task's lines and passes them on: state without a key in a stage whose tasks become more and fewer.</summary>
internal sealed class TallyTask : PersistentTask<string, long, string>
{
    public const string Step = "tally";

    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<string> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(message.Value);
    }
}

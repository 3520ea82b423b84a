namespace Gearpump.Examples.OwnSource;

/// <summary>Counts the readings of each sensor.</summary>
internal sealed class CountReadings : PersistentTask<string, long, long>
{
    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<long> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(state.Value);
    }
}

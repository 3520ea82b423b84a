namespace Gearpump.Services.Tests;

/// <summary>Counts the records of each key.</summary>
internal sealed class CountLines : PersistentTask<string, long, long>
{
    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<long> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(state.Value);
    }
}

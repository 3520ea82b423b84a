namespace Gearpump.Sdk.Tests.Support;

/// <summary>The task of the first program: it never decodes a word.</summary>
internal sealed class WordCount : PersistentTask<string, long, long>, IDisposable
{
    public bool IsDisposed { get; private set; }

    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<long> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(state.Value);
    }

    public void Dispose() => IsDisposed = true;
}

namespace Gearpump.Pipeline;

/// <summary>The end of a process step that nothing follows: it is there for its state.</summary>
internal sealed class Dropped<T> : Receiver<T>
{
    public override void Emit(T value)
    {
        // Nobody asked for it.
    }
}

namespace Gearpump.Pipeline;

/// <summary>Several steps follow one.</summary>
internal sealed class Fanout<T>(Receiver<T>[] receivers) : Receiver<T>
{
    public override void Emit(T value)
    {
        foreach (var receiver in receivers)
        {
            receiver.Emit(value);
        }
    }
}

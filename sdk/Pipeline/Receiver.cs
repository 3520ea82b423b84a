namespace Gearpump.Pipeline;

/// <summary>A step at work in one task: takes values, one virtual call each.</summary>
internal abstract class Receiver<T> : IEmitter<T>
{
    public abstract void Emit(T value);
}

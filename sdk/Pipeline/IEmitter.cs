namespace Gearpump;

/// <summary>Takes what a step emits. Use it within the call that it was given to, on the same thread.</summary>
public interface IEmitter<in T>
{
    void Emit(T value);
}

namespace Gearpump;

/// <summary>
/// A step with state that survives. Make one class a step; the engine makes one instance a task, uses it on one thread, and
/// snapshots its state with every cut. When <see cref="ProcessMessage"/> throws, what it updated and emitted is undone, it is
/// tried again, and at last the record goes to the dead letters.
/// </summary>
/// <typeparam name="TIn">What comes in.</typeparam>
/// <typeparam name="TState">What is kept.</typeparam>
/// <typeparam name="TOut">What is emitted; on a keyed stream under the key of the record that is being processed.</typeparam>
public abstract class PersistentTask<TIn, TState, TOut>
{
    /// <summary>Makes the state: a monoid and a serializer. Called once for each task.</summary>
    public abstract PersistentState<TState> CreateState();

    /// <summary>Processes one record.</summary>
    public abstract void ProcessMessage(PersistentState<TState> state, Message<TIn> message, IEmitter<TOut> output);
}

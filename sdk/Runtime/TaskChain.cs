namespace Gearpump.Runtime;

/// <summary>The fused steps of one task. Made from the graph by the SDK, driven by the engine, on one thread.</summary>
public abstract class TaskChain : IDisposable
{
    /// <summary>The states of the chain's steps, in the order of the steps.</summary>
    public abstract IReadOnlyList<ITaskState> States { get; }

    /// <summary>The step that was running when <see cref="Process"/> threw.</summary>
    public abstract string CurrentStep { get; }

    /// <summary>Runs one record through all steps.</summary>
    /// <param name="input">Which of the stage's incoming edges it came on (their order in the graph); 0 for a source's records.</param>
    /// <param name="clock">The record's clock, milliseconds.</param>
    /// <exception cref="RecordRejectedException">The record cannot be read: not to be tried again.</exception>
    public abstract void Process(int input, in Record record, long clock);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

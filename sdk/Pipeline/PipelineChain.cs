using Gearpump.Runtime;

namespace Gearpump.Pipeline;

/// <summary>The fused steps of one task.</summary>
internal sealed class PipelineChain(StepContext context, Head head, IReadOnlyList<ITaskState> states, IReadOnlyList<IDisposable> owned) : TaskChain
{
    public override IReadOnlyList<ITaskState> States => states;

    public override string CurrentStep => context.CurrentStep;

    public override void Process(int input, in Record record, long clock)
    {
        context.Begin(record, clock);
        head.Take(record);
    }

    public override void Dispose()
    {
        foreach (var disposable in owned)
        {
            disposable.Dispose();
        }

        base.Dispose();
    }
}

using Gearpump.Graph;
using Gearpump.Runtime;

namespace Gearpump.Pipeline.Nodes;

internal sealed class ProcessNode<TIn, TState, TOut>(
    string name, bool keyed, int parallelism, Func<IServiceProvider, PersistentTask<TIn, TState, TOut>> create, Func<string> schema)
    : Node(name, "process"), IStep<TIn>
{
    public override int Parallelism => parallelism;

    public override StepDescription Describe() => new(Name, Kind, schema());

    public Receiver<TIn> CreateReceiver(ChainBuild build) => Create(build, null);

    public Head CreateHead(ChainBuild build, Serde<TIn> serde) => new UndecodedHead(Create(build, serde));

    private Step Create(ChainBuild build, Serde<TIn>? serde)
    {
        PersistentTask<TIn, TState, TOut> task;
        PersistentState<TState> state;
        try
        {
            task = create(build.Setup.Services);
            build.Own(task);
            state = task.CreateState();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"step '{Name}': its task cannot be made: {e.Message}", e);
        }

        build.States.Add(state.Attach(Name, keyed, keyed ? build.Setup.Range : new KeyGroupRange(0, 1)));
        return new Step(Name, build.Context, task, state, serde, build.Following<TOut>(this));
    }

    private sealed class Step(
        string name, StepContext context, PersistentTask<TIn, TState, TOut> task, PersistentState<TState> state, Serde<TIn>? serde, Receiver<TOut> next)
        : Receiver<TIn>, IEmitter<TOut>
    {
        public override void Emit(TIn value) => Run(new Message<TIn>(value, context.ClockMs, context.EventTimeMs));

        public void Take(in Record record) => Run(new Message<TIn>(serde!, record.Value, context.ClockMs, context.EventTimeMs));

        void IEmitter<TOut>.Emit(TOut value)
        {
            next.Emit(value);
            context.CurrentStep = name;
        }

        private void Run(Message<TIn> message)
        {
            context.CurrentStep = name;
            state.Select(context.KeyHash, context.Key);
            task.ProcessMessage(state, message, this);
        }
    }

    private sealed class UndecodedHead(Step step) : Head
    {
        public override void Take(in Record record) => step.Take(record);
    }
}

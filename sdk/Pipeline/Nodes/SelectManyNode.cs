namespace Gearpump.Pipeline.Nodes;

/// <summary>One record to any number: map, filter and flat map are all this.</summary>
internal sealed class SelectManyNode<TIn, TOut>(string name, string kind, Action<TIn, IEmitter<TOut>> select) : Node(name, kind), IStep<TIn>
{
    public Receiver<TIn> CreateReceiver(ChainBuild build) => new Step(Name, build.Context, select, build.Following<TOut>(this));

    private sealed class Step(string name, StepContext context, Action<TIn, IEmitter<TOut>> select, Receiver<TOut> next) : Receiver<TIn>, IEmitter<TOut>
    {
        public override void Emit(TIn value)
        {
            context.CurrentStep = name;
            select(value, this);
        }

        void IEmitter<TOut>.Emit(TOut value)
        {
            next.Emit(value);
            context.CurrentStep = name;
        }
    }
}

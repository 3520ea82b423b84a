using Gearpump.Serialization;

namespace Gearpump.Pipeline.Nodes;

/// <summary>Key and value become one value of a stream without keys. The key is decoded for it.</summary>
internal sealed class PairNode<TKey, T, TOut>(string name, Func<TKey, T, TOut> select, Serde<TKey> keySerde) : Node(name, "select"), IStep<T>
{
    public Receiver<T> CreateReceiver(ChainBuild build) => new Step(Name, build.Context, select, keySerde, build.Following<TOut>(this));

    private sealed class Step(string name, StepContext context, Func<TKey, T, TOut> select, Serde<TKey> keySerde, Receiver<TOut> next) : Receiver<T>
    {
        public override void Emit(T value)
        {
            context.CurrentStep = name;
            next.Emit(select(SerdeReader.Read(keySerde, context.Key), value));
        }
    }
}

using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Pipeline.Nodes;

/// <summary>Writes to the outside. With a key's serializer the output is keyed; null where it takes values alone.</summary>
internal sealed class OutputNode<TKey, T>(
    string name, Func<IServiceProvider, IOutput> create, Delivery? delivery, Serde<TKey>? streamKey, Serde<TKey>? outputKey, Serde<T> serde)
    : Node(name, "output"), IStep<T>, IOutputNode
{
    public OutputBinding Binding => new(Name, create, delivery);

    public Receiver<T> CreateReceiver(ChainBuild build) => streamKey is null
        ? new ValueStep(Name, build.Context, serde, build.Output(Name))
        : new KeyedStep(Name, build.Context, streamKey, outputKey ?? streamKey, serde, build.Output(Name));

    private sealed class ValueStep(string name, StepContext context, Serde<T> serde, IRecordWriter output) : Receiver<T>
    {
        private readonly Scratch _value = new();

        public override void Emit(T value)
        {
            context.CurrentStep = name;
            output.Write(new Record(_value.Write(serde, value), context.EventTimeMs));
        }
    }

    private sealed class KeyedStep(string name, StepContext context, Serde<TKey> from, Serde<TKey> to, Serde<T> serde, IRecordWriter output) : Receiver<T>
    {
        private readonly Scratch _key = new();
        private readonly Scratch _value = new();
        private readonly bool _sameKey = from.ToString() == to.ToString();

        public override void Emit(T value)
        {
            context.CurrentStep = name;
            var key = _sameKey ? context.Key : _key.Write(to, from.Read(context.Key));
            var hash = _sameKey ? context.KeyHash : KeyGroups.Hash(key.Span);
            output.Write(new Record(hash, key, _value.Write(serde, value), valueIsKey: false, context.EventTimeMs));
        }
    }
}

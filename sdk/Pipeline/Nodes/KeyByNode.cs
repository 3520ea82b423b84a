using Gearpump.Graph;
using Gearpump.Runtime;

namespace Gearpump.Pipeline.Nodes;

/// <summary>Gives each record a key, hashes and serializes it once, and sends it to the task that owns the key's group.</summary>
internal sealed class KeyByNode<TKey, T>(string name, Func<T, TKey> select, Serde<TKey> keySerde, Serde<T> serde) : Node(name, "key by"), IStep<T>, IStageEntry
{
    public override Routing? Leaves => Routing.Hash;

    public Receiver<T> CreateReceiver(ChainBuild build) =>
        new Step(Name, build.Context, select, keySerde, serde, Followers.Select(follower => build.Edge(follower.Name)).ToArray());

    public Head CreateHead(ChainBuild build, Node first) => ((IStep<T>)first).CreateHead(build, serde);

    private sealed class Step(string name, StepContext context, Func<T, TKey> select, Serde<TKey> keySerde, Serde<T> serde, IRecordWriter[] edges) : Receiver<T>
    {
        private readonly Scratch _key = new();
        private readonly Scratch _value = new();
        private readonly bool _sameSerde = typeof(TKey) == typeof(T) && keySerde.ToString() == serde.ToString();

        public override void Emit(T value)
        {
            context.CurrentStep = name;
            var key = select(value) ?? throw new RecordRejectedException("its key is null");
            var keyBytes = _key.Write(keySerde, key);

            // Only what is surely the same in bytes: equality is the user's word (-0.0 equals 0.0).
            var valueIsKey = _sameSerde && ReferenceEquals(key, value);
            var valueBytes = valueIsKey ? default : _value.Write(serde, value);
            valueIsKey = valueIsKey || (_sameSerde && valueBytes.Span.SequenceEqual(keyBytes.Span));
            var record = new Record(KeyGroups.Hash(keyBytes.Span), keyBytes, valueBytes, valueIsKey, context.EventTimeMs);
            foreach (var edge in edges)
            {
                edge.Write(record);
            }
        }
    }
}

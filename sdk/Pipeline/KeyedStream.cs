using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Pipeline.Nodes;

namespace Gearpump;

/// <summary>A stream of values, each under a key. The values of one key are processed by one task, in order.</summary>
public sealed class KeyedStream<TKey, T>
{
    private readonly GraphBuilder _graph;
    private readonly Node _node;
    private readonly Serde<TKey> _keySerde;

    internal KeyedStream(GraphBuilder graph, Node node, Serde<TKey> keySerde)
    {
        (_graph, _node, _keySerde) = (graph, node, keySerde);
    }

    public GraphBuilder Graph => _graph;

    /// <summary>Processes with state by key.</summary>
    public KeyedStream<TKey, TOut> Process<TState, TOut>(string name, Func<PersistentTask<T, TState, TOut>> task, int parallelism = 0) =>
        AddProcess(name, _ => task(), parallelism, () => DataStream<T>.SchemaOf(name, task));

    /// <summary>Processes with state by key, the task made with the program's services.</summary>
    /// <param name="parallelism">Number of tasks, 128 at most; 0: as many as there are workers.</param>
    public KeyedStream<TKey, TOut> Process<TState, TOut>(string name, Func<IServiceProvider, PersistentTask<T, TState, TOut>> task, int parallelism = 0) =>
        AddProcess(name, task, parallelism, static () => typeof(TState).ToString());

    private KeyedStream<TKey, TOut> AddProcess<TState, TOut>(
        string name, Func<IServiceProvider, PersistentTask<T, TState, TOut>> task, int parallelism, Func<string> schema)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parallelism, Runtime.KeyGroups.Count);
        var node = new ProcessNode<T, TState, TOut>(name, keyed: true, parallelism, task, () => $"{_keySerde} to {schema()}");
        return new KeyedStream<TKey, TOut>(_graph, _graph.Add(node, _node), _keySerde);
    }

    /// <summary>One value for each, under the same key.</summary>
    public KeyedStream<TKey, TOut> Select<TOut>(string name, Func<T, TOut> select) => new(_graph,
        _graph.Add(new SelectManyNode<T, TOut>(name, "select", (value, output) => output.Emit(select(value))), _node), _keySerde);

    /// <summary>One value for each key and value; the stream has no key from here on.</summary>
    public DataStream<TOut> Select<TOut>(string name, Func<TKey, T, TOut> select) =>
        new(_graph, _graph.Add(new PairNode<TKey, T, TOut>(name, select, _keySerde), _node), null);

    /// <summary>Only those whose value fulfils the condition.</summary>
    public KeyedStream<TKey, T> Where(string name, Func<T, bool> condition) => new(_graph,
        _graph.Add(new SelectManyNode<T, T>(name, "where", (value, output) =>
        {
            if (condition(value))
            {
                output.Emit(value);
            }
        }), _node), _keySerde);

    /// <summary>Writes keys and values to an output.</summary>
    /// <param name="keySerde">Default: the stream's own, whose bytes are taken as they are.</param>
    /// <param name="delivery">Default: the job's.</param>
    public void To(string name, Func<IServiceProvider, IOutput> output, Serde<TKey>? keySerde = null, Serde<T>? serde = null, Delivery? delivery = null) =>
        _graph.Add(new OutputNode<TKey, T>(name, output, delivery, _keySerde, keySerde, _graph.SerdeFor(serde, name)), _node);
}

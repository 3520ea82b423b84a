using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Pipeline.Nodes;

namespace Gearpump;

/// <summary>A stream of values without a key.</summary>
public sealed class DataStream<T>
{
    private readonly GraphBuilder _graph;
    private readonly Node _node;
    private readonly Serde<T>? _serde;

    internal DataStream(GraphBuilder graph, Node node, Serde<T>? serde)
    {
        (_graph, _node, _serde) = (graph, node, serde);
    }

    public GraphBuilder Graph => _graph;

    /// <summary>One value for each.</summary>
    public DataStream<TOut> Select<TOut>(string name, Func<T, TOut> select) =>
        Then<TOut>(name, "select", (value, output) => output.Emit(select(value)));

    /// <summary>Only those that fulfil the condition.</summary>
    public DataStream<T> Where(string name, Func<T, bool> condition) => new(_graph, Node<T>(name, "where", (value, output) =>
    {
        if (condition(value))
        {
            output.Emit(value);
        }
    }), _serde);

    /// <summary>Any number of values for each.</summary>
    public DataStream<TOut> SelectMany<TOut>(string name, Func<T, IEnumerable<TOut>> select) => Then<TOut>(name, "select many", (value, output) =>
    {
        var items = select(value);
        if (items is TOut[] array)
        {
            // No enumerator for what Split gives.
            foreach (var item in array)
            {
                output.Emit(item);
            }

            return;
        }

        foreach (var item in items)
        {
            output.Emit(item);
        }
    });

    /// <summary>Any number of values for each, without a collection.</summary>
    public DataStream<TOut> SelectMany<TOut>(string name, Action<T, IEmitter<TOut>> select) => Then(name, "select many", select);

    /// <summary>Gives each value a key; from here on the values of one key are processed by one task, in order.</summary>
    /// <param name="keySerde">Default: that of <see cref="Serde.Default{T}"/>.</param>
    /// <param name="name">Default: the name of the step before, and "-key".</param>
    public KeyedStream<TKey, T> KeyBy<TKey>(Func<T, TKey> select, Serde<TKey>? keySerde = null, Serde<T>? serde = null, string? name = null)
    {
        name ??= $"{_node.Name}-key";
        var key = _graph.SerdeFor(keySerde, name);
        var node = _graph.Add(new KeyByNode<TKey, T>(name, select, key, _graph.SerdeFor(serde ?? _serde, name)), _node);
        return new KeyedStream<TKey, T>(_graph, node, key);
    }

    /// <summary>Spreads the values over the tasks of a stage of its own.</summary>
    public DataStream<T> Rebalance(string name, Serde<T>? serde = null) => Exchange(name, Routing.RoundRobin, serde);

    /// <summary>Gives every value to all tasks of the next stage.</summary>
    public DataStream<T> Broadcast(string name, Serde<T>? serde = null) => Exchange(name, Routing.Broadcast, serde);

    /// <summary>Joins streams of one type into one.</summary>
    public DataStream<T> Merge(string name, params ReadOnlySpan<DataStream<T>> others)
    {
        var merge = _graph.Add(new MergeNode<T>(name));
        var number = 0;
        merge.Follow(Exchange($"{name}-{number++}", Routing.RoundRobin, null)._node);
        foreach (var other in others)
        {
            if (other._graph != _graph)
            {
                _graph.AddError($"step '{name}': a stream of another graph cannot be merged");
                continue;
            }

            // All with this stream's serializer: the merged stage reads its records with one.
            merge.Follow(other.Exchange($"{name}-{number++}", Routing.RoundRobin, _serde)._node);
        }

        return new DataStream<T>(_graph, merge, _serde);
    }

    /// <summary>Processes with state that belongs to the task. Where tasks become fewer, their states are combined.</summary>
    public DataStream<TOut> Process<TState, TOut>(string name, Func<PersistentTask<T, TState, TOut>> task) =>
        AddProcess(name, _ => task(), () => SchemaOf(name, task));

    /// <inheritdoc cref="Process{TState, TOut}(string, Func{PersistentTask{T, TState, TOut}})"/>
    public DataStream<TOut> Process<TState, TOut>(string name, Func<IServiceProvider, PersistentTask<T, TState, TOut>> task) =>
        AddProcess(name, task, static () => typeof(TState).ToString());

    /// <summary>Writes to an output.</summary>
    /// <param name="delivery">Default: the job's.</param>
    public void To(string name, Func<IServiceProvider, IOutput> output, Serde<T>? serde = null, Delivery? delivery = null) =>
        _graph.Add(new OutputNode<T, T>(name, output, delivery, null, null, _graph.SerdeFor(serde ?? _serde, name)), _node);

    /// <summary>Monoid and serializer of a task's state; asks a task that is made for it.</summary>
    internal static string SchemaOf<TState, TOut>(string name, Func<PersistentTask<T, TState, TOut>> create)
    {
        try
        {
            var task = create();
            using (task as IDisposable)
            {
                return task.CreateState().Schema;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new GraphException($"step '{name}': its task cannot be made: {e.Message}", e);
        }
    }

    private DataStream<TOut> AddProcess<TState, TOut>(string name, Func<IServiceProvider, PersistentTask<T, TState, TOut>> task, Func<string> schema) =>
        new(_graph, _graph.Add(new ProcessNode<T, TState, TOut>(name, keyed: false, 0, task, schema), _node), null);

    private DataStream<T> Exchange(string name, Routing routing, Serde<T>? serde)
    {
        var chosen = _graph.SerdeFor(serde ?? _serde, name);
        return new DataStream<T>(_graph, _graph.Add(new ExchangeNode<T>(name, routing, chosen), _node), chosen);
    }

    private DataStream<TOut> Then<TOut>(string name, string kind, Action<T, IEmitter<TOut>> select) => new(_graph, Node(name, kind, select), null);

    private Node Node<TOut>(string name, string kind, Action<T, IEmitter<TOut>> select) =>
        _graph.Add(new SelectManyNode<T, TOut>(name, kind, select), _node);
}

using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Pipeline;
using Gearpump.Pipeline.Nodes;
using Gearpump.Serialization;
using Gearpump.Sources;

namespace Gearpump;

/// <summary>
/// Declares a pipeline. Names of steps are stable: they are the identity of state. They consist of lower-case letters, digits
/// and '-', 63 at most.
/// </summary>
public sealed class GraphBuilder(string job)
{
    private readonly List<Node> _nodes = [];
    private readonly List<string> _errors = [];
    private Func<IServiceProvider, IOutput>? _deadLetters;
    private bool _deadLettersAreDefault = true;

    /// <summary>The job's name.</summary>
    public string Job => job;

    /// <summary>Begins a stream at a source.</summary>
    /// <param name="serde">Reads the source's records; what it cannot read goes to the dead letters.</param>
    public DataStream<T> From<T>(string name, Func<IServiceProvider, ITimeReplayableSource> source, Serde<T> serde)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(serde);
        return new DataStream<T>(this, Add(new SourceNode<T>(name, source, serde)), serde);
    }

    /// <inheritdoc cref="From{T}(string, Func{IServiceProvider, ITimeReplayableSource}, Serde{T})"/>
    public DataStream<T> From<T>(string name, ITimeReplayableSource source, Serde<T> serde) => From(name, _ => source, serde);

    /// <summary>Begins a stream at a <see cref="GeneratorSource{T}"/>: records made from their index.</summary>
    /// <param name="count">How many records; <see cref="long.MaxValue"/>: without end.</param>
    /// <param name="record">Makes a record; the same for the same index at every call.</param>
    /// <param name="serde">Default: that of <see cref="Serde.Default{T}"/>.</param>
    /// <param name="splits">How many tasks can read side by side.</param>
    /// <param name="recordsPerSecond">Of all splits together; null: as fast as possible.</param>
    public DataStream<T> FromGenerator<T>(
        string name, long count, Func<long, T> record, Serde<T>? serde = null, int splits = 1, double? recordsPerSecond = null)
    {
        var chosen = SerdeFor(serde, name);
        return From(name, services => new GeneratorSource<T>(count, record, chosen, splits, recordsPerSecond, services.GetService(typeof(TimeProvider)) as TimeProvider), chosen);
    }

    /// <summary>Where rejected records go. Default: what the first output suggests; where nothing does, a rejected record stops the job.</summary>
    public GraphBuilder DeadLettersTo(Func<IServiceProvider, IOutput> output)
    {
        (_deadLetters, _deadLettersAreDefault) = (output, false);
        return this;
    }

    /// <summary>For connectors: where rejected records go unless the program says otherwise. The first suggestion counts.</summary>
    public void SuggestDeadLetters(Func<IServiceProvider, IOutput> output)
    {
        if (_deadLettersAreDefault)
        {
            _deadLetters ??= output;
        }
    }

    /// <summary>Compiles the graph: checks it, and fuses steps into stages.</summary>
    /// <exception cref="GraphException">It is no pipeline; all that is wrong is named at once.</exception>
    public JobGraph Build(JobSettings? settings = null) => new GraphCompiler(job, _nodes, _errors).Compile(settings ?? new JobSettings(), _deadLetters);

    internal TNode Add<TNode>(TNode node, params ReadOnlySpan<Node> inputs)
        where TNode : Node
    {
        foreach (var input in inputs)
        {
            node.Follow(input);
        }

        _nodes.Add(node);
        return node;
    }

    internal Serde<T> SerdeFor<T>(Serde<T>? given, string step)
    {
        if ((given ?? Serde.Default<T>()) is { } serde)
        {
            return serde;
        }

        _errors.Add($"step '{step}': there is no default serializer for {typeof(T)}; give one");
        return new MissingSerde<T>();
    }

    internal void AddError(string error) => _errors.Add(error);
}

using Gearpump.Graph;
using Gearpump.Kafka;
using Gearpump.Kafka.Read;
using Gearpump.Kafka.Write;

namespace Gearpump;

/// <summary>Kafka in a pipeline.</summary>
public static class KafkaExtensions
{
    /// <summary>Begins a stream of a topic's values.</summary>
    /// <param name="name">The step's name. Default: the topic's, with '-' for what a name cannot hold.</param>
    public static DataStream<T> FromKafka<T>(
        this GraphBuilder graph, KafkaCluster cluster, string topic, Serde<T> serde, string? name = null, KafkaSourceOptions? options = null) =>
        graph.From(name ?? NameOf(topic), _ => new KafkaSource(cluster, topic, options), serde);

    /// <summary>Writes keys and values to a topic.</summary>
    /// <param name="name">The step's name. Default: the topic's, with '-' for what a name cannot hold.</param>
    public static void ToKafka<TKey, T>(
        this KeyedStream<TKey, T> stream, KafkaCluster cluster, string topic, Serde<TKey>? key = null, Serde<T>? value = null,
        string? name = null, Delivery? delivery = null, KafkaOutputOptions? options = null) =>
        stream.To(name ?? NameOf(topic), _ => new KafkaOutput(cluster, topic, options), key, value, delivery);

    /// <summary>Writes values without keys to a topic.</summary>
    /// <param name="name">The step's name. Default: the topic's, with '-' for what a name cannot hold.</param>
    public static void ToKafka<T>(
        this DataStream<T> stream, KafkaCluster cluster, string topic, Serde<T>? value = null,
        string? name = null, Delivery? delivery = null, KafkaOutputOptions? options = null) =>
        stream.To(name ?? NameOf(topic), _ => new KafkaOutput(cluster, topic, options), value, delivery);

    private static string NameOf(string topic)
    {
        var name = string.Concat(topic.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return name.Length == 0 ? "topic" : name[..Math.Min(name.Length, 63)];
    }
}

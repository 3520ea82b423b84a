using Gearpump.Files;
using Gearpump.Kafka;
using Gearpump.Kafka.Read;
using Gearpump.Sources;

namespace Gearpump.Examples.WordCount;

/// <summary>The job: lines in, for each word its running count out.</summary>
internal static class WordCountPipeline
{
    public static void Declare(GraphBuilder graph, WordCountOptions options)
    {
        if (options.Kafka is not { } brokers)
        {
            var files = new FileSource(options.Input, new FileSourceOptions { Repeat = options.Repeat });
            Count(graph.From("lines", Paced(files, options), Serde.Utf8)).ToFiles(options.CountsFolder, Serde.Utf8, Serde.DecimalText);
            return;
        }

        var cluster = new KafkaCluster(brokers, options.KafkaSettings);
        var topic = new KafkaSource(cluster, options.From, new KafkaSourceOptions { UntilEnd = options.UntilEnd, FromEnd = options.FromEnd });
        Count(graph.DeadLettersToFiles(options.RejectedFolder).From("lines", Paced(topic, options), Serde.Utf8)).ToKafka(cluster, options.To, Serde.Utf8, Serde.DecimalText, "counts");
    }

    private static ITimeReplayableSource Paced(ITimeReplayableSource source, WordCountOptions options) =>
        options.PaceFile is { } file ? new PacedSource(source, file) : source;

    private static KeyedStream<string, long> Count(DataStream<string> lines) => lines
        .SelectMany("split", static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .KeyBy(static word => word)
        .Process("count", static () => new CountWords());
}

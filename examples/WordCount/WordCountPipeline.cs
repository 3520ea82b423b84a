using Gearpump.Files;
using Gearpump.Kafka;

namespace Gearpump.Examples.WordCount;

/// <summary>The job: lines in, for each word its running count out.</summary>
internal static class WordCountPipeline
{
    public static void Declare(GraphBuilder graph, WordCountOptions options)
    {
        if (options.Kafka is not { } brokers)
        {
            var read = new FileSourceOptions { Repeat = options.Repeat, PaceFile = options.PaceFile };
            Count(graph.FromFiles(options.Input, Serde.Utf8, options: read)).ToFiles(options.CountsFolder, Serde.Utf8, Serde.DecimalText);
            return;
        }

        var cluster = new KafkaCluster(brokers, options.KafkaSettings);
        var lines = graph.DeadLettersToFiles(options.RejectedFolder)
            .FromKafka(cluster, options.From, Serde.Utf8, "lines", new KafkaSourceOptions { UntilEnd = options.UntilEnd });
        Count(lines).ToKafka(cluster, options.To, Serde.Utf8, Serde.DecimalText, "counts");
    }

    private static KeyedStream<string, long> Count(DataStream<string> lines) => lines
        .SelectMany("split", static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .KeyBy(static word => word)
        .Process("count", static () => new CountWords());
}

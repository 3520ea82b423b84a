using System.Text;
using Gearpump.Kafka.Write;
using Gearpump.Outputs;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Kafka.Broker;

namespace Gearpump.Simulation.Kafka;

/// <summary>What readers of committed records see: of every word 1, 2, 3 … at every moment, markers that rise, and at last everything.</summary>
internal sealed class SimKafkaOracle(SimWorld world)
{
    /// <summary>The key of records that are not the job's.</summary>
    public const string Stranger = "somebody-else";

    private readonly Dictionary<string, PublishMarker> _markers = [];

    /// <summary>A record became readable.</summary>
    public void Seen(SimKafka broker, string topic, StoredRecord record)
    {
        if (IsStrangers(record))
        {
            return;
        }

        if (topic != MarkerTopic.NameOf(SimGraphs.Job))
        {
            world.Target(topic).Of(InstanceOf(broker, record)).Committed(record.Key!.Value.ToArray(), record.Value.ToArray());
            return;
        }

        var publisher = Encoding.UTF8.GetString(record.Key!.Value.Span);
        var marker = MarkerTopic.Parse(record.Value.ToArray(), topic);
        world.Stats.KafkaPublications++;
        if (world.Trace.Recording)
        {
            world.Note(null, $"{publisher} has published up to {marker}");
        }

        if (_markers.TryGetValue(publisher, out var before) && marker.CompareTo(before) <= 0)
        {
            throw world.Fail($"{SimKafkaCluster.System}: {publisher} has published {marker} after {before}");
        }

        _markers[publisher] = marker;
    }

    public void RequireDecided(SimKafka broker)
    {
        foreach (var topic in new[] { SimGraphs.Words, SimGraphs.Marked }.Where(world.IsInKafka))
        {
            var counts = broker.Partitions.Where(pair => pair.Key.Topic == topic)
                .SelectMany(static pair => pair.Value.Records)
                .Where(record => !record.IsControl && record.Part is not { Decided: false } && !IsStrangers(record) && InstanceOf(broker, record) == world.Job.Instance)
                .GroupBy(static record => Encoding.UTF8.GetString(record.Key!.Value.Span))
                .ToDictionary(static group => group.Key, static group => group.LongCount());
            foreach (var (word, expected) in world.Expected(topic))
            {
                if (counts.GetValueOrDefault(word) != expected)
                {
                    throw world.Fail($"{topic}: the job has ended, '{word}' was committed {counts.GetValueOrDefault(word)} times, the serial run has {expected}");
                }
            }
        }
    }

    public void RequireReadable(SimKafka broker)
    {
        foreach (var (place, partition) in broker.Partitions)
        {
            if (partition.LastStable != partition.End)
            {
                throw world.Fail($"{place.Topic} [{place.Partition}]: readers of committed records stop at {partition.LastStable} for ever, the end is {partition.End}");
            }
        }
    }

    // Each instance of the job writes everything anew, to the same topics: job/instance/publisher tells whose a transaction is.
    private static string InstanceOf(SimKafka broker, StoredRecord record) => broker.TransactionalIdOf(record.Part!.ProducerId).Split('/')[1];

    private static bool IsStrangers(StoredRecord record) => record.Key is { } key && key.Span.SequenceEqual(Encoding.UTF8.GetBytes(Stranger));
}

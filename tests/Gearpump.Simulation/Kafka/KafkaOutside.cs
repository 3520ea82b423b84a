using Gearpump.Kafka.Write;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Kafka.Client;
using Gearpump.Simulation.Kafka.Plants;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Kafka;

/// <summary>
/// A worker's publications to Kafka, by the session that production uses, over a client that has librdkafka's habits. Every await
/// ends within an event of the worker, on the simulator's thread: a worker that is stopped goes on when it wakes, a dead one never.
/// </summary>
internal sealed class KafkaOutside
{
    private readonly SimWorld _world;
    private readonly WorkerProcess _worker;
    private readonly SimKafkaCluster _cluster;
    private readonly SimKafkaLink _link;
    private readonly MarkerTopic _markers;
    private readonly PlantedKafka _plant;

    public KafkaOutside(SimWorld world, WorkerProcess worker, SimKafkaCluster cluster)
    {
        (_world, _worker, _cluster) = (world, worker, cluster);
        _link = new SimKafkaLink(world, worker, cluster);
        _plant = new PlantedKafka(cluster.Profile.Plant);
        _markers = new MarkerTopic((topic, partition) => _plant.Reader(new SimMarkerReader(_link, (topic, partition))), new SimTime(() => worker.NowMs));
    }

    public void OpenSession(PublisherId publisher, Action<IPublishSession?, string?> answer) => Drive("session", OpenAsync(publisher), answer);

    public void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer) => Drive("marker", session.ReadMarkerAsync(CancellationToken.None), answer);

    /// <param name="load">The bytes of a segment; null: it cannot be read, which may show when the transaction has begun.</param>
    public void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Func<Segment, ReadOnlyMemory<byte>?> load, Action<string?> answer) =>
        Drive("publish's answer", PublishAsync(session, Each(segments, load), marker), (_, error) => answer(error));

    public void CloseSession(IPublishSession session) => Drive("session closed", CloseAsync(session), static (_, _) => { });

    private async ValueTask<IPublishSession> OpenAsync(PublisherId publisher)
    {
        var id = publisher.ToString();
        var producer = _plant.Producer(id, () => new SimKafkaProducer(_world, _link, _cluster.Profile, id), _link);
        return await KafkaPublishSession.OpenAsync(producer, _markers, publisher, CancellationToken.None);
    }

    private static async ValueTask<bool> PublishAsync(IPublishSession session, IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker)
    {
        await session.PublishAsync(segments, marker, CancellationToken.None);
        return true;
    }

    private static async ValueTask<bool> CloseAsync(IPublishSession session)
    {
        await session.DisposeAsync();
        return true;
    }

    private void Drive<T>(string what, ValueTask<T> task, Action<T?, string?> answer)
    {
        _ = DriveAsync();

        async Task DriveAsync()
        {
            T? result = default;
            string? error = null;
            try
            {
                result = await task;
            }
            catch (Exception e) when (e is not SimulationFailedException)
            {
                error = e.Message;
            }

            _cluster.RequireThread();
            _world.Scheduler.After(_worker.Random.Between(0L, 5L), _worker, what, () => _worker.Answer(what, () => answer(result, error)));
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Each(IReadOnlyList<Segment> segments, Func<Segment, ReadOnlyMemory<byte>?> load)
    {
        foreach (var segment in segments)
        {
            yield return load(segment) ?? throw new IOException($"segment {segment.Key} cannot be read");
        }

        await ValueTask.CompletedTask;
    }
}

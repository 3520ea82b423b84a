using Gearpump.Kafka.Write;
using Gearpump.Simulation.Kafka.Client;

namespace Gearpump.Simulation.Kafka.Plants;

/// <summary>Wraps a process's clients so that they make the planted mistake, if there is one. The session above them stays as it is.</summary>
internal sealed class PlantedKafka(SimKafkaPlant plant)
{
    private readonly Dictionary<string, KeptProducer> _kept = [];

    public ITransactionalProducer Producer(string id, Func<SimKafkaProducer> create, SimKafkaLink link)
    {
        switch (plant)
        {
            case SimKafkaPlant.MarkerOutside:
                return new OutsideMarkerProducer(create(), link);
            case SimKafkaPlant.MarkerBeforeInit:
                return new LateInitProducer(create());
            case SimKafkaPlant.ProducerKept:
                if (!_kept.TryGetValue(id, out var kept) || kept.Broken)
                {
                    _kept[id] = kept = new KeptProducer(create());
                }

                return kept;
            case SimKafkaPlant.AbortSameEpoch:
                return new AbortingProducer(create());
            default:
                return create();
        }
    }

    public IMarkerReader Reader(SimMarkerReader reader) =>
        plant == SimKafkaPlant.MarkerToStableEnd ? new StableEndReader(reader) : reader;
}

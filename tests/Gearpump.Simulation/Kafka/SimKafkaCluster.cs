using System.Text;
using Gearpump.Kafka.Write;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Kafka.Broker;

namespace Gearpump.Simulation.Kafka;

/// <summary>The Kafka of a run: its broker, what goes wrong with it, and who else writes there.</summary>
internal sealed class SimKafkaCluster
{
    public const string System = "kafka";
    private readonly SimWorld _world;
    private readonly SimKafkaOracle _oracle;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _aheadMs;
    private long _downUntilMs;
    private int _strangers;

    public SimKafkaCluster(SimWorld world, SimKafkaProfile profile, SimRandom random)
    {
        (_world, Profile, Random) = (world, profile, random);
        _oracle = new SimKafkaOracle(world);
        var options = new SimKafkaOptions { Verifies = profile.Verifies, CompletionMs = () => Random.Between(0L, Profile.CompletionMs) };
        Broker = new SimKafka(options, () => world.NowMs + _aheadMs, (topic, _, record) => _oracle.Seen(Broker!, topic, record));
        foreach (var topic in new[] { SimGraphs.Words, SimGraphs.Marked })
        {
            Broker.CreateTopic(topic, profile.Partitions);
        }

        Broker.CreateTopic(MarkerTopic.NameOf(SimGraphs.Job), profile.Publishers);
    }

    public SimKafkaProfile Profile { get; }

    public SimRandom Random { get; }

    public SimKafka Broker { get; }

    public bool IsDown => _world.NowMs < _downUntilMs || _world.Faults.OutsideIsDown;

    public void Begin()
    {
        Every(Profile.StrangerEveryMs, "somebody else's transaction", BeginStranger);
        Every(Profile.OutageEveryMs, "Kafka is away", () =>
        {
            _world.Stats.KafkaOutages++;
            _downUntilMs = _world.NowMs + Random.Between(50L, 5_000L);
            _world.Disturbed(_downUntilMs);
        });
    }

    /// <summary>What all of a run does happens on one thread; an await that leaves it would make runs differ.</summary>
    public void RequireThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw _world.Fail("a client of Kafka has left the simulator's thread");
        }
    }

    /// <summary>The log says "ended": every update is committed, though readers may see it later.</summary>
    public void RequireDecided() => _oracle.RequireDecided(Broker);

    /// <summary>After all: readers come to the end of every partition.</summary>
    public void RequireReadable()
    {
        // Time enough for every transaction that somebody has left open.
        for (var i = 0; i < 2; i++)
        {
            _aheadMs += 60_000;
            Broker.Advance();
        }

        _oracle.RequireReadable(Broker);
        _world.Stats.KafkaTimedOut += Broker.TimedOut;
        _world.Stats.KafkaAbortedByInit += Broker.AbortedByInit;
    }

    private void Every(long meanMs, string what, Action happen)
    {
        if (meanMs > 0)
        {
            _world.Scheduler.After(Random.Between(1L, 2 * meanMs), null, what, () =>
            {
                if (_world.Strike(what))
                {
                    happen();
                }

                if (_world.Faulty)
                {
                    Every(meanMs, what, happen);
                }
            });
        }
    }

    private void BeginStranger()
    {
        var places = Broker.Partitions.Keys.ToArray();

        // Markers of the last publication are hidden soonest where the marker's partition is chosen often.
        var place = Random.PerMille(500) ? (MarkerTopic.NameOf(SimGraphs.Job), (int)Random.Below(Profile.Publishers)) : Random.Pick(places);
        var id = $"{SimKafkaOracle.Stranger}-{_strangers++}";
        var producer = Broker.InitProducerId(id, Random.Between(1_000L, 15_000L)).Producer;
        Broker.AddPartitions(id, producer, [place]);
        Broker.Produce(id, producer, 0, place, [(Encoding.UTF8.GetBytes(SimKafkaOracle.Stranger), "whatever"u8.ToArray())]);
        _world.Stats.KafkaStrangers++;

        // A third of them is never ended: their time-out does it.
        var end = Random.Below(3);
        if (end < 2)
        {
            _world.Scheduler.After(Random.Between(5L, 8_000L), null, "somebody else's end", () => Broker.EndTransaction(id, producer, commit: end == 0));
        }
    }
}

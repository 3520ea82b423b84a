using Gearpump.Simulation.Kafka.Broker;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Kafka.Client;

/// <summary>
/// A process's way to the brokers. A request takes its time, and so does its answer; either is lost, or the request comes when its
/// sender has long given it up. Once sent, it needs its process no more.
/// </summary>
internal sealed class SimKafkaLink(SimWorld world, SimProcess process, SimKafkaCluster cluster)
{
    private const long RequestTimeoutMs = 6_000;

    public long NowMs => process.NowMs;

    /// <summary>Done when the answer is there, or, without one, when the connection broke or the time is over: whether it was, or will be, applied nobody knows.</summary>
    /// <param name="mostMs">The caller waits no longer.</param>
    /// <param name="latePerMille">Of a thousand, how many come late, beyond those that are lost or late anyway.</param>
    public ValueTask<(bool Answered, T? Answer)> SendAsync<T>(string what, Func<SimKafka, T> apply, long mostMs, int latePerMille = 0)
    {
        cluster.RequireThread();

        // Its continuation runs within the event that completes it.
        var done = new TaskCompletionSource<(bool, T?)>();
        switch (Draw(latePerMille))
        {
            case Fate.Answered:
                world.Scheduler.After(Delay(), null, what, () => Arrive(what, apply, mostMs, done));
                break;
            case Fate.RequestLost:
                Unanswered(what, mostMs, done);
                break;
            case Fate.AnswerLost:
                world.Stats.KafkaAnswersLost++;
                world.Scheduler.After(Delay(), null, what + ", answer lost", () => Apply(apply));
                Unanswered(what, mostMs, done);
                break;
            default:
                var told = Unanswered(what, mostMs, done);

                // Mostly when the next attempt is in the midst of its steps.
                var late = told + (cluster.Random.PerMille(700) ? cluster.Random.Between(1L, 400L) : cluster.Random.Between(1L, 9_000L));
                world.Scheduler.After(late, null, what + ", late", () =>
                {
                    world.Stats.KafkaLate++;
                    Apply(apply);
                });
                break;
        }

        return new ValueTask<(bool, T?)>(done.Task);
    }

    public ValueTask PauseAsync(long fromMs, long toMs)
    {
        var done = new TaskCompletionSource();
        world.Scheduler.After(cluster.Random.Between(fromMs, toMs), process, "client waits", done.SetResult);
        return new ValueTask(done.Task);
    }

    public long Draw(long from, long to) => cluster.Random.Between(from, to);

    public bool Refuses(int perMille) => world.Strike("Kafka refuses a batch", cluster.Random, perMille);

    private void Arrive<T>(string what, Func<SimKafka, T> apply, long mostMs, TaskCompletionSource<(bool, T?)> done)
    {
        if (cluster.IsDown)
        {
            Unanswered(what, mostMs, done);
            return;
        }

        var answer = apply(cluster.Broker);
        world.Scheduler.After(Delay(), process, what + "'s answer", () => done.SetResult((true, answer)));
    }

    private void Apply<T>(Func<SimKafka, T> apply)
    {
        if (!cluster.IsDown)
        {
            apply(cluster.Broker);
        }
    }

    private long Unanswered<T>(string what, long mostMs, TaskCompletionSource<(bool, T?)> done)
    {
        // The connection breaks, or it stays silent; often for longer than the caller has time.
        var told = cluster.Random.PerMille(500) ? cluster.Random.Between(1L, 30L) : Math.Max(1, Math.Min(mostMs, cluster.Random.Between(500L, RequestTimeoutMs)));
        world.Scheduler.After(told, process, what + ", no answer", () => done.SetResult((false, default)));
        return told;
    }

    private Fate Draw(int latePerMille)
    {
        if (world.Strike("a request to Kafka comes late", cluster.Random, latePerMille))
        {
            return Fate.Late;
        }

        return world.Strike("a request to Kafka is lost, or its answer", cluster.Random, cluster.Profile.LostPerMille) ? (Fate)cluster.Random.Between(1, 3) : Fate.Answered;
    }

    private long Delay() => cluster.Random.PerMille(40) ? cluster.Random.Between(0L, 500L) : cluster.Random.Between(0L, 5L);

    private enum Fate
    {
        Answered,
        RequestLost,
        AnswerLost,
        Late,
    }
}

using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;
using Google.Protobuf;

namespace Gearpump.Simulation.Stores;

/// <summary>
/// The store as one process sees it. A request travels, is applied, and its answer travels back; requests overtake each
/// other. Once sent, a request no longer needs its process.
/// </summary>
internal sealed class SimStorePort(SimWorld world, SimProcess process) : IStorePort
{
    private const long TimeoutMs = 2_000;
    private const long LatencyMostMs = 400;
    private const long SlowFactor = 100;
    private static readonly PutResult Unknown = new(PutOutcome.Unknown, "simulated: no answer");

    /// <summary>What a request takes at most that was sent while the store was slow.</summary>
    public const long SlowMostMs = SlowFactor * LatencyMostMs;

    /// <summary>Requests that have had no answer yet; deletes not counted.</summary>
    public int Pending { get; private set; }

    private SimRandom Random => world.Store.Random;

    public void Create(string key, ReadOnlyMemory<byte> bytes, Action<PutResult> answer)
    {
        var copy = bytes.ToArray();
        var wipes = world.Store.Wipes;
        var worker = process as WorkerProcess;
        worker?.Buffers.Uploads(key, copy.Length);
        answer = Counted(answer);
        Send("create", () =>
        {
            if (Fails("a create is lost"))
            {
                LoseCreate(key, copy, wipes, answer);
                return;
            }

            world.Scheduler.After(Latency(), null, "create applied", () =>
            {
                // What was on its way when the store was emptied comes to nothing.
                var result = wipes != world.Store.Wipes ? Unknown : new PutResult(Apply(key, copy, wipes) ? PutOutcome.Created : PutOutcome.Exists);
                Reply("create's answer", () =>
                {
                    if (result.Outcome != PutOutcome.Unknown)
                    {
                        worker?.Buffers.Stored(key);
                    }

                    answer(result);
                });
            });
        });
    }

    public void Get(string key, Action<GetResult> answer)
    {
        answer = Counted(answer);
        Send("get", () => world.Scheduler.After(ReadLatency(), null, "get applied", () =>
        {
            var result = Fails("a get fails") ? new GetResult(null, "simulated: no answer") : Read(key);
            Reply("get's answer", () => answer(result));
        }));
    }

    public void List(string prefix, string? after, Action<ListResult> answer)
    {
        answer = Counted(answer);
        Send("list", () => world.Scheduler.After(ReadLatency(), null, "list applied", () =>
        {
            var result = Fails("a list fails") ? new ListResult(null, "simulated: no answer") : new ListResult(world.Store.List(prefix, after));
            Reply("list's answer", () => answer(result));
        }));
    }

    public void Delete(string key, Action<bool> answer) => Send("delete", () =>
        world.Scheduler.After(Latency(), null, "delete applied", () =>
        {
            var fails = Fails("a delete fails");
            if (!fails || Random.PerMille(500))
            {
                Note("deleted", key);
                var deleted = world.Store.Find(key);
                world.Store.Delete(key);
                if (world.Profile.LateTermPerMille > 0 && deleted is not null)
                {
                    LandLateTerm(key, deleted);
                }
            }

            Reply("delete's answer", () => answer(!fails));
        }));

    /// <summary>The caller hears "unknown"; the request is applied before that, long after, or never.</summary>
    private void LoseCreate(string key, byte[] bytes, int wipes, Action<PutResult> answer)
    {
        world.Stats.CreatesUnknown++;
        var timedOut = Random.PerMille(500);
        var told = world.NowMs + (timedOut ? TimeoutMs : Latency());
        switch (Random.Below(3))
        {
            case 0:
                world.Scheduler.After(Latency(), null, "create applied, answer lost", () => Apply(key, bytes, wipes));
                break;
            case 1:
                var late = told + Random.Between(1L, Random.PerMille(300) ? 30_000L : 2_000L);
                world.Scheduler.At(late, null, "create applied late", () => world.Stats.CreatesLate += Apply(key, bytes, wipes) ? 1 : 0);
                break;
            default:
                // Busy (503), or a conflict with another writer that came to nothing (409).
                world.Stats.CreatesRefused += timedOut ? 0 : 1;
                break;
        }

        world.Scheduler.At(told, process, "create's time-out", () =>
            process.Answer("create's time-out", () => answer(Unknown)));
    }

    // A candidate had asked for its term there and lost. It is no more, and its request comes now, to a place that is free again.
    private void LandLateTerm(string key, ReadOnlyMemory<byte> deleted)
    {
        if (!key.Contains("/log/", StringComparison.Ordinal) || LogEntry.Parser.ParseFrom(deleted.Span) is not { } entry
            || entry.BodyCase is not (LogEntry.BodyOneofCase.EpochStarted or LogEntry.BodyOneofCase.Manifest)
            || !world.Strike("a term that was lost lands late", Random, world.Profile.LateTermPerMille))
        {
            return;
        }

        world.Stats.LateTerms++;
        var wipes = world.Store.Wipes;
        entry.TermStarted = new TermStarted { Address = "gone" };
        (entry.Term, entry.Writer) = (entry.Term + 1, $"{Random.Next():x16}");
        world.Scheduler.After(Latency(), null, "term applied late", () => Apply(key, entry.ToByteArray(), wipes));
    }

    private bool Apply(string key, byte[] bytes, int wipes)
    {
        if (wipes != world.Store.Wipes)
        {
            return false;
        }

        var created = world.Store.TryCreate(key, bytes);
        Note(created ? "created" : "exists already", key);
        return created;
    }

    private GetResult Read(string key) => world.Store.Find(key) is { } bytes ? new GetResult(bytes.ToArray()) : new GetResult(null);

    private bool Fails(string what) => world.Faulty
        && (world.Faults.StoreIsDown || world.Network.IsStoreless(process) || world.Strike(what, Random, world.Profile.StorePerMille));

    private long ReadLatency()
    {
        if (!world.Faulty || !Random.PerMille(world.Profile.SlowReadPerMille))
        {
            return Latency();
        }

        world.Stats.SlowReads++;
        return Random.Between(500L, 5_000L);
    }

    private long Latency()
    {
        var latency = Random.PerMille(50) ? Random.Between(0L, LatencyMostMs) : Random.Between(0L, 12L);
        return world.Faults.StoreIsSlow ? SlowFactor * latency : latency;
    }

    private Action<T> Counted<T>(Action<T> answer)
    {
        Pending++;
        return result =>
        {
            Pending--;
            answer(result);
        };
    }

    private void Send(string label, Action send)
    {
        if (!process.Alive)
        {
            return;
        }

        // On the process's own thread: one that stops before it has sent sends later.
        world.Scheduler.After(0, process, label, send);
    }

    private void Reply(string label, Action answer) =>
        world.Scheduler.After(Latency(), process, label, () => process.Answer(label, answer));

    private void Note(string what, string key)
    {
        if (world.Trace.Recording)
        {
            world.Note(process, $"{what} {key}");
        }
    }
}

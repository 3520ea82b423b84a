using Gearpump.Engine.Ports;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Stores;

/// <summary>
/// The store as one process sees it. A request travels, is applied, and its answer travels back; requests overtake each
/// other. Once sent, a request no longer needs its process.
/// </summary>
internal sealed class SimStorePort(SimWorld world, SimProcess process) : IStorePort
{
    private const long TimeoutMs = 2_000;

    private SimRandom Random => world.Store.Random;

    public void Create(string key, ReadOnlyMemory<byte> bytes, Action<PutResult> answer)
    {
        var copy = bytes.ToArray();
        Send("create", () =>
        {
            if (Fails())
            {
                LoseCreate(key, copy, answer);
                return;
            }

            world.Scheduler.After(Latency(), null, "create applied", () =>
            {
                var outcome = Apply(key, copy) ? PutOutcome.Created : PutOutcome.Exists;
                Reply("create's answer", () => answer(new PutResult(outcome)));
            });
        });
    }

    public void Get(string key, Action<GetResult> answer) => Send("get", () =>
        world.Scheduler.After(world.Faulty && Random.PerMille(world.Profile.SlowReadPerMille) ? Random.Between(500L, 5_000L) : Latency(), null, "get applied", () =>
        {
            var result = Fails() ? new GetResult(null, "simulated: no answer") : Read(key);
            Reply("get's answer", () => answer(result));
        }));

    public void List(string prefix, string? after, Action<ListResult> answer) => Send("list", () =>
        world.Scheduler.After(Latency(), null, "list applied", () =>
        {
            var result = Fails() ? new ListResult(null, "simulated: no answer") : new ListResult(world.Store.List(prefix, after));
            Reply("list's answer", () => answer(result));
        }));

    public void Delete(string key, Action<bool> answer) => Send("delete", () =>
        world.Scheduler.After(Latency(), null, "delete applied", () =>
        {
            var fails = Fails();
            if (!fails || Random.PerMille(500))
            {
                Note("deleted", key);
                world.Store.Delete(key);
            }

            Reply("delete's answer", () => answer(!fails));
        }));

    /// <summary>The caller hears "unknown"; the request is applied before that, long after, or never.</summary>
    private void LoseCreate(string key, byte[] bytes, Action<PutResult> answer)
    {
        world.Stats.CreatesUnknown++;
        var told = world.NowMs + (Random.PerMille(500) ? TimeoutMs : Latency());
        switch (Random.Below(3))
        {
            case 0:
                world.Scheduler.After(Latency(), null, "create applied, answer lost", () => Apply(key, bytes));
                break;
            case 1:
                var late = told + Random.Between(1L, Random.PerMille(300) ? 30_000L : 2_000L);
                world.Scheduler.At(late, null, "create applied late", () => world.Stats.CreatesLate += Apply(key, bytes) ? 1 : 0);
                break;
        }

        world.Scheduler.At(told, process, "create's time-out", () =>
            process.Answer("create's time-out", () => answer(new PutResult(PutOutcome.Unknown, "simulated: no answer"))));
    }

    private bool Apply(string key, byte[] bytes)
    {
        var created = world.Store.TryCreate(key, bytes);
        Note(created ? "created" : "exists already", key);
        return created;
    }

    private GetResult Read(string key) => world.Store.Find(key) is { } bytes ? new GetResult(bytes.ToArray()) : new GetResult(null);

    private bool Fails() => world.Faulty && (world.Faults.StoreIsDown || Random.PerMille(world.Profile.StorePerMille));

    private long Latency() => Random.PerMille(50) ? Random.Between(0L, 400L) : Random.Between(0L, 12L);

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

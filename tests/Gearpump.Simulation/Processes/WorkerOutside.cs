using System.Security.Cryptography;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Kafka;
using Gearpump.Simulation.Outputs;
using Gearpump.Simulation.Sources;
using Gearpump.Sources;

namespace Gearpump.Simulation.Processes;

/// <summary>What a worker asks of sources, outputs and its thread pool: it happens later, on this thread, or fails as the seed says.</summary>
internal sealed class WorkerOutside(SimWorld world, WorkerProcess worker)
{
    private const int RememberedMax = 8;

    private readonly Dictionary<string, byte[]> _remembered = [];
    private readonly Queue<string> _rememberedOrder = [];
    private readonly Dictionary<ISplitReader, Action> _waiting = [];
    private readonly KafkaOutside? _kafka = world.Kafka is { } cluster ? new KafkaOutside(world, worker, cluster) : null;
    private readonly Dictionary<object, string> _open = [];
    private readonly HashSet<IPublishSession> _idle = [];

    public void Run<T>(Func<T> work, Action<T?, string?> answer) => world.Scheduler.After(WorkDelay(), worker, "background work", () =>
    {
        T? result = default;
        string? error = null;
        try
        {
            result = work();
        }
        catch (Exception e) when (e is not SimulationFailedException)
        {
            error = e.Message;
        }

        Reply("work's answer", () => answer(result, error));
    });

    public void ListSplits(ITimeReplayableSource source, Action<IReadOnlyList<SourceSplit>?, string?, bool> answer) => Later("splits listed", () =>
    {
        var splits = Fails() ? null : Completed(source.GetSplitsAsync(CancellationToken.None));
        Reply("splits", () => answer(splits, splits is null ? "simulated: the source does not answer" : null, false));
    });

    public void OpenSplit(ITimeReplayableSource source, SourceSplit split, SourcePosition position, Action<ISplitReader?, string?, bool> answer) =>
        Later("split opened", () =>
        {
            if (world.Strike("a split is never opened", worker.Random, world.Profile.HungOpenPerMille))
            {
                world.Stats.Hung++;
                return;
            }

            var reader = Fails() ? null : Completed(source.OpenAsync(split, position, CancellationToken.None));
            Reply("split", () => Opened(reader, $"split {split.Id}", () => answer(reader, reader is null ? "simulated: the split cannot be opened" : null, false)));
        });

    public void WaitForRecords(ISplitReader reader, Action answer)
    {
        if (!_waiting.TryAdd(reader, answer))
        {
            throw world.Fail($"{worker.Name} waits twice for the same reader");
        }

        var at = Math.Max(world.NowMs, ((SimSplitReader)reader).NextAtMs) + worker.Random.Between(0L, 5L);
        world.Scheduler.At(at, worker, "records are there", () => Wake(reader));
    }

    public void CloseSplit(ISplitReader reader)
    {
        _open.Remove(reader);
        Completed(reader.DisposeAsync());
        world.Scheduler.After(worker.Random.Between(0L, 5L), worker, "wait cancelled", () => Wake(reader));
    }

    public void OpenDirect(IOutput output, DirectWriterId id, Action<IDirectWriter?, string?> answer) => Later("writer opened", () =>
    {
        var writer = Fails() ? null : Completed(output.OpenDirectAsync(id, CancellationToken.None));
        Reply("writer", () => Opened(writer, $"writer {output.System} {id.Step}/{id.Task}", () => answer(writer, writer is null ? "simulated: the writer cannot be opened" : null)));
    });

    public void AppendDirect(IDirectWriter writer, ReadOnlyMemory<byte> segment, Action<string?> answer)
    {
        var copy = segment.ToArray();
        Later("append", () => AtOutside(() => Completed(writer.AppendAsync(copy, CancellationToken.None)), answer));
    }

    public void CloseDirect(IDirectWriter writer)
    {
        _open.Remove(writer);
        Completed(writer.DisposeAsync());
    }

    public void OpenSession(IOutput output, PublisherId publisher, Action<IPublishSession?, string?> answer) => world.Scheduler.After(LateDelay(), worker, "session opened", () =>
    {
        if (output is SimKafkaOutput)
        {
            _kafka!.OpenSession(publisher, (session, error) => Used(session, () => answer(session, error)));
            return;
        }

        var before = Fails();
        var session = before ? null : Completed(output.OpenSessionAsync(publisher, CancellationToken.None));
        var lost = session is null || Fails();
        Reply("session", () => Used(lost ? null : session, () => answer(lost ? null : session, lost ? "simulated: no session" : null)));
    });

    public void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer)
    {
        _idle.Remove(session);
        Later("marker read", () =>
        {
            if (session is not SimSession)
            {
                _kafka!.ReadMarker(session, (marker, error) => Used(session, () => answer(marker, error)));
                return;
            }

            var fails = Fails();
            var marker = fails ? null : Completed(session.ReadMarkerAsync(CancellationToken.None));
            Reply("marker", () => Used(session, () => answer(marker, fails ? "simulated: no marker" : null)));
        });
    }

    public void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer)
    {
        _idle.Remove(session);
        var wanted = segments.Select(static segment => segment.Clone()).ToArray();
        Later("publish", () =>
        {
            if (session is not SimSession plain)
            {
                _kafka!.Publish(session, wanted, marker, Load, answer);
                return;
            }

            var loaded = new List<ReadOnlyMemory<byte>>();
            foreach (var segment in wanted)
            {
                if (Load(segment) is not { } bytes)
                {
                    Reply("publish's answer", () => answer($"segment {segment.Key} cannot be read"));
                    return;
                }

                loaded.Add(bytes);
            }

            AtOutside(
                () =>
                {
                    if (plain.Fenced)
                    {
                        world.Stats.PublishFenced++;
                    }

                    world.Note(worker, $"publishes {wanted.Length} segments up to {marker}");
                    Completed(session.PublishAsync(Each(loaded), marker, CancellationToken.None));
                },
                answer);
        });
    }

    public void CloseSession(IPublishSession session)
    {
        _idle.Remove(session);
        if (session is SimSession)
        {
            Completed(session.DisposeAsync());
        }
        else
        {
            _kafka!.CloseSession(session);
        }
    }

    public void Remember(string key, ReadOnlyMemory<byte> bytes)
    {
        if (!_remembered.TryAdd(key, bytes.ToArray()))
        {
            return;
        }

        _rememberedOrder.Enqueue(key);
        if (_rememberedOrder.Count > RememberedMax)
        {
            _remembered.Remove(_rememberedOrder.Dequeue());
        }
    }

    // What was asked for by an epoch that is over is closed when it comes, and what an epoch has open when it ends: never two of a kind.
    private void Opened(object? opened, string what, Action answer)
    {
        if (opened is not null)
        {
            _open.Add(opened, what);
        }

        answer();
        if (worker is { Alive: true, Stopped: false } && _open.Values.Count(name => name == what) > 1)
        {
            throw world.Fail($"{worker.Name} has {what} open {_open.Values.Count(name => name == what)} times");
        }
    }

    // A session that has answered is asked for the next thing, or closed.
    private void Used(IPublishSession? session, Action answer)
    {
        if (session is not null)
        {
            _idle.Add(session);
        }

        answer();
        if (session is not null && worker is { Alive: true, Stopped: false } && _idle.Contains(session))
        {
            throw world.Fail($"{worker.Name} leaves a session open");
        }
    }

    /// <summary>A write outside: it fails before it is applied, or after, when only the answer is lost. Once sent, it needs its process no more.</summary>
    private void AtOutside(Action apply, Action<string?> answer)
    {
        if (Fails())
        {
            Reply("refusal", () => answer("simulated: the outside refuses"));
            return;
        }

        // Now and then a write is on its way for so long that its writer has been replaced meanwhile.
        world.Scheduler.After(LateDelay(), null, "applied outside", () =>
        {
            string? error = null;
            try
            {
                apply();
            }
            catch (IOException e)
            {
                error = e.Message;
            }

            error ??= Fails() ? "simulated: the outside did not answer" : null;
            Reply("outside's answer", () => answer(error));
        });
    }

    private ReadOnlyMemory<byte>? Load(Segment segment)
    {
        if (segment.Key.Length > 0 && Fails())
        {
            return null;
        }

        byte[]? bytes = segment.Key.Length == 0
            ? segment.Inline.ToByteArray()
            : _remembered.GetValueOrDefault(segment.Key) ?? world.Store.Find(segment.Key);
        if (bytes is null)
        {
            // Paid by another publisher meanwhile, and deleted: that it was not owed any more is the log oracle's matter.
            return null;
        }

        return (ulong)bytes.Length == segment.Length && SHA256.HashData(bytes).AsSpan().SequenceEqual(segment.Sha256.Span)
            ? bytes
            : throw world.Fail($"segment '{segment.Key}' of cut {segment.Cut} is not what its manifest says");
    }

    private bool Fails()
    {
        if (!world.Faulty || !(world.Faults.OutsideIsDown || world.Strike("the outside fails", worker.Random, world.Profile.OutputPerMille)))
        {
            return false;
        }

        world.Stats.PublishFaults++;
        return true;
    }

    private void Wake(ISplitReader reader)
    {
        if (_waiting.Remove(reader, out var answer))
        {
            worker.Answer("wait's answer", answer);
        }
    }

    private long LateDelay()
    {
        if (!world.Strike("the outside is late", worker.Random, world.Profile.LatePublishPerMille))
        {
            return Delay();
        }

        world.Stats.LatePublishes++;
        return worker.Random.Between(500L, 8_000L);
    }

    private long WorkDelay()
    {
        if (!worker.Random.PerMille(world.Profile.SlowWorkPerMille))
        {
            return Delay();
        }

        world.Stats.SlowWork++;
        return worker.Random.Between(50L, 1_500L);
    }

    private void Later(string label, Action action) => world.Scheduler.After(Delay(), worker, label, action);

    private void Reply(string label, Action answer) => world.Scheduler.After(Delay(), worker, label, () => worker.Answer(label, answer));

    private long Delay() => worker.Random.PerMille(40) ? worker.Random.Between(0L, 500L) : worker.Random.Between(0L, 8L);

    private static T Completed<T>(ValueTask<T> task) => task.IsCompleted
        ? task.GetAwaiter().GetResult()
        : throw new SimulationFailedException("the simulator waits for nothing, and this is not done");

    private static void Completed(ValueTask task)
    {
        if (!task.IsCompleted)
        {
            throw new SimulationFailedException("the simulator waits for nothing, and this is not done");
        }

        task.GetAwaiter().GetResult();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Each(List<ReadOnlyMemory<byte>> items)
    {
        foreach (var item in items)
        {
            yield return item;
        }

        await ValueTask.CompletedTask;
    }
}

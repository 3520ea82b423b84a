using System.Globalization;
using System.Net.Sockets;
using Gearpump.Files;
using Gearpump.Hosting.Launch;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Gearpump.Redis.Embedded;
using Grpc.Core;
using Grpc.Net.Client;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd.Support;

/// <summary>
/// A job as a coordinator, a source and two processors, each a process of its own, with real files and real gRPC, and a Redis
/// (Garnet) in the test's process unless the settings name another. The job is the word count unless the settings name another.
/// </summary>
internal sealed class JobCluster : IDisposable
{
    private readonly TextFolder _folder;
    private readonly string _job;
    private readonly GrpcChannel _channel;
    private CommittedUpdates? _updates;
    private bool _redisGone;

    public JobCluster(TextFolder folder, ClusterSettings settings)
    {
        (_folder, _job, _updates) = (folder, settings.Job, settings.Updates);
        File.WriteAllText(folder.PaceFile, settings.LinesPerSecond.ToString(CultureInfo.InvariantCulture));
        string[] delivery = settings.AtLeastOnce ? ["--at-least-once"] : [];
        Engine =
        [
            $"--Gearpump:State={settings.State ?? folder.State}", $"--Gearpump:CheckpointInterval={settings.Checkpoint}",
            $"--Gearpump:Delivery={(settings.AtLeastOnce ? "at-least-once" : "exactly-once")}", .. settings.Engine,
        ];
        Processes = new ProcessCluster(
            new LauncherOptions
            {
                Job = settings.Job,
                Processes = 4,
                Program = Path.Combine(AppContext.BaseDirectory, settings.Program),
                Arguments = settings.Arguments ??
                [
                    "--input", folder.Input, "--output", folder.Output, "--pace-file", folder.PaceFile,
                    "--checkpoint", settings.Checkpoint, .. delivery, .. settings.Input, .. settings.Engine,
                ],
                Engine = Engine,
                OtherCoordinators = settings.OtherCoordinators,
                Environment = settings.Environment,
                EnvironmentOf = (name, starts) => new Dictionary<string, string> { ["GEARPUMP_FAILPOINTS"] = settings.Failpoints(name, starts) },
            },
            settings.Redis ?? Redis.Endpoint);
        _channel = GrpcEndpoints.Connect($"http://{Processes.Coordinator}");
        Processes.StartAll();
    }

    /// <summary>Options of the engine, for a further coordinator.</summary>
    public IReadOnlyList<string> Engine { get; }

    public EmbeddedRedis Redis { get; } = new();

    public ProcessCluster Processes { get; }

    /// <summary>How many committed updates have been read so far, each the next of its word.</summary>
    public long Committed => _updates?.Last.Values.Sum() ?? 0;

    /// <summary>Every fault here is a signal.</summary>
    public static void SkipWhereThereAreNoSignals()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("NOT TESTED here: the faults are signals, which Windows does not have");
        }
    }

    /// <summary>Null while the coordinator does not answer.</summary>
    public async Task<JobStatus?> StatusAsync()
    {
        try
        {
            return await _channel.CreateCallInvoker().AsyncUnaryCall(
                GrpcMethods.GetStatus, null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(1)), new GetStatusRequest());
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Reads the committed output; true if there was something new. Throws at an update that is not the next of its word.</summary>
    public bool ReadCommitted()
    {
        if (_updates is null && JobState.Read(_folder.State, _job) is { } state)
        {
            _updates = new FileUpdates(_folder.Counts, state.Instance);
        }

        var before = Committed;
        _updates?.ReadNew();
        return Committed > before;
    }

    /// <summary>Waits for committed output that was not there before, so many times (with files: so many files).</summary>
    public async Task NewOutputAsync(int times, string after)
    {
        ReadCommitted();
        for (var time = 0; time < times; time++)
        {
            await WaitAsync.ForAsync($"new committed output after {after}", () =>
            {
                Processes.Over.IsCompleted.ShouldBeFalse($"the job was over too early, after {after}: give it more input");
                return ReadCommitted();
            });
        }
    }

    /// <summary>Waits for committed output of a cut behind this one.</summary>
    public async Task OutputBehindAsync(ulong cut, string after)
    {
        if (_updates is { NewestCut: null })
        {
            // The output does not tell its cuts: what appears behind a newer manifest counts.
            await WaitAsync.ForAsync($"a cut behind {cut}, after {after}", async () => ReadCommitted() | (await StatusAsync())?.Cut > cut && (await StatusAsync())?.Cut > cut);
            await NewOutputAsync(1, after);
            return;
        }

        await WaitAsync.ForAsync($"committed output behind cut {cut}, after {after}", () =>
        {
            Processes.Over.IsCompleted.ShouldBeFalse($"the job was over too early, after {after}: give it more input");
            ReadCommitted();
            return _updates is { NewestCut: { } newest } && newest > (long)cut;
        });
    }

    /// <summary>Waits until a running job has committed so many cuts more; the bound is on each of them.</summary>
    public async Task CutsAsync(ulong cuts)
    {
        ulong? newest = null;
        for (ulong cut = 0; cut <= cuts; cut++)
        {
            await WaitAsync.ForAsync($"cut {cut} of {cuts}, the first being the newest there is", async () =>
            {
                if (await StatusAsync() is not { State: "running" } status || status.Cut <= newest)
                {
                    return false;
                }

                newest = newest is null ? status.Cut : newest + 1;
                return true;
            });
        }
    }

    /// <summary>Lifts the bound on the source and waits for so many updates, however long a backlog takes: the bound is on each step.</summary>
    /// <param name="count">How many there are; null: those that were read, each the next of its word.</param>
    public async Task AllUpdatesAsync(long updates, Func<long>? count = null)
    {
        count ??= () => Committed;
        Hurry();
        while (count() is var before && before < updates)
        {
            await WaitAsync.ForAsync($"more than {before:N0} of {updates:N0} updates", () => ReadCommitted() | count() > before && count() > before);
        }
    }

    /// <summary>Waits for a process of that name to have left with this code.</summary>
    public Task ExitAsync(string name, int code) => WaitAsync.ForAsync($"{name} to leave with {code}", () =>
    {
        ReadCommitted();
        return Processes.Exits.Contains((name, code));
    });

    /// <summary>Forgets everything that Redis holds.</summary>
    public void FlushRedis()
    {
        var address = Redis.Endpoint.Split(':');
        using var client = new TcpClient(address[0], int.Parse(address[1], CultureInfo.InvariantCulture));
        client.GetStream().Write("*1\r\n$8\r\nFLUSHALL\r\n"u8);
        var answer = new byte[5];
        client.GetStream().ReadExactly(answer);
        answer.ShouldBe("+OK\r\n"u8.ToArray());
    }

    /// <summary>From now on there is no Redis.</summary>
    public void EndRedis()
    {
        if (!_redisGone)
        {
            _redisGone = true;
            Redis.Dispose();
        }
    }

    /// <summary>Lifts the bound on what the source reads.</summary>
    public void Hurry() => File.Delete(_folder.PaceFile);

    /// <summary>Lets the job come to its end, still reading; every word's updates are then 1 … n, each once and in order.</summary>
    public async Task EndExactlyAsync(IReadOnlyDictionary<string, long> expected)
    {
        await EndAsync(() => ReadCommitted());
        ReadCommitted();
        _updates.ShouldNotBeNull().CheckAgainst(expected);
    }

    /// <summary>Stops a job whose input has no end, as SIGTERM does; every word's updates are then 1 … n, each once and in order.</summary>
    public async Task StopExactlyAsync(IReadOnlyDictionary<string, long> expected)
    {
        Processes.StopRestarting();
        Processes.Signal("coordinator", "TERM").ShouldNotBe(0);
        await WaitAsync.ForAsync("the job to stop", () => Processes.Over.IsCompleted);
        ReadCommitted();
        _updates.ShouldNotBeNull().CheckAgainst(expected);
    }

    /// <summary>Lets the job come to its end; nothing is missing, and each word's last count is the true one. How many updates were repeated.</summary>
    public async Task<long> EndAtLeastOnceAsync(IReadOnlyDictionary<string, long> expected)
    {
        await EndAsync(() => false);
        var instance = JobState.Read(_folder.State, _job).ShouldNotBeNull().Instance;
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var seen = new Dictionary<string, HashSet<long>>(StringComparer.Ordinal);
        var repeated = 0L;
        foreach (var (word, value, _) in CommittedFiles.ReadDirect(_folder.Counts, instance).OrderBy(record => record.Epoch))
        {
            var update = long.Parse(value, CultureInfo.InvariantCulture);
            var updates = seen.TryGetValue(word, out var found) ? found : seen[word] = [];
            repeated += updates.Add(update) ? 0 : 1;
            last[word] = update;
        }

        last.ShouldBe(expected, ignoreOrder: true);
        seen.ToDictionary(pair => pair.Key, pair => (long)pair.Value.Count, StringComparer.Ordinal).ShouldBe(expected, ignoreOrder: true);
        return repeated;
    }

    public void Dispose()
    {
        Processes.Dispose();
        _channel.Dispose();
        _updates?.Dispose();
        EndRedis();
    }

    private async Task EndAsync(Func<bool> read)
    {
        Hurry();
        await WaitAsync.ForAsync("the end of the job", () => read() | Processes.Over.IsCompleted && Processes.Over.IsCompleted);
        var (code, name) = await Processes.Over;
        code.ShouldBe(0, $"{name} has ended the job");
    }
}

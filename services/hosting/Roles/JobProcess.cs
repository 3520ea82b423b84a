using System.Runtime.InteropServices;
using Gearpump.Engine;
using Gearpump.Graph;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Stores;
using Gearpump.Protocol.V1;
using Gearpump.Redis;
using Gearpump.Redis.Embedded;
using Gearpump.Storage;

namespace Gearpump.Hosting.Roles;

/// <summary>One process of a job, from its start to its exit code: a role, or all of them.</summary>
public sealed class JobProcess(GearpumpOptions options, IServiceProvider services)
{
    private const int PoolThreadsLeast = 32;
    private static readonly TimeSpan LeaveMost = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs what the options say: the local run, a source or a processor.</summary>
    public async Task<int> RunAsync(JobGraph graph)
    {
        using var signals = Signals();
        KeepThreadsReady();
        WatchParent();
        var store = await OpenStoreAsync(graph.Job).ConfigureAwait(false);
        await new OutsideCheck(graph, services, options.StartUpTimeout).RunAsync(options.Role).ConfigureAwait(false);
        return options.Role == "local"
            ? await RunLocalAsync(graph, store).ConfigureAwait(false)
            : await RunWorkerAsync(graph, store, options.Role == "source" ? Role.Source : Role.Processor).ConfigureAwait(false);
    }

    /// <summary>Runs the coordinator alone, without any graph.</summary>
    public async Task<int> RunCoordinatorAsync()
    {
        using var signals = Signals();
        KeepThreadsReady();
        WatchParent();
        var store = await OpenStoreAsync(options.Job).ConfigureAwait(false);
        await using var mirror = await OpenMirrorAsync(options.Redis, options.Job).ConfigureAwait(false);
        await using var coordinator = await RoleServer.CoordinatorAsync(options, options.Job, store, mirror).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"coordinator of {options.Job} listens on {coordinator.Address}").ConfigureAwait(false);
        await Task.WhenAny(coordinator.Host.Exited, _told.Task).ConfigureAwait(false);
        return coordinator.Host.Exited.IsCompleted ? await ReportAsync(coordinator.Host.Exited).ConfigureAwait(false) : ExitCodes.Success;
    }

    private async Task<int> RunLocalAsync(JobGraph graph, IObjectStore store)
    {
        using var redis = options.Redis.Length == 0 ? new EmbeddedRedis() : null;
        await using var mirror = await OpenMirrorAsync(redis?.Endpoint ?? options.Redis, graph.Job).ConfigureAwait(false);
        await using var coordinator = await RoleServer.CoordinatorAsync(options, graph.Job, store, mirror).ConfigureAwait(false);
        var source = await RoleServer.WorkerAsync(options, "source-0", Role.Source, graph, services, store, [coordinator.Address]).ConfigureAwait(false);
        var processors = new List<RunningRole<WorkerHost>>();
        for (var number = 0; number < Math.Max(1, options.Processors); number++)
        {
            processors.Add(await RoleServer.WorkerAsync(options, $"processor-{number}", Role.Processor, graph, services, store, [coordinator.Address]).ConfigureAwait(false));
        }

        using var over = new CancellationTokenSource();
        var progress = options.Progress
            ? new ProgressPrinter(_ => StatusAsync(coordinator.Host)).RunAsync(over.Token)
            : Task.CompletedTask;
        var code = await WaitForEndAsync(coordinator.Host, [.. processors, source]).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await progress.ConfigureAwait(false);
        return code;
    }

    private static async Task<JobStatus?> StatusAsync(CoordinatorHost coordinator)
    {
        try
        {
            return await coordinator.StatusAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It has ended; its exit code says the rest.
            return null;
        }
    }

    // The coordinator's word counts; a worker's only where it was refused or has crashed. Who has left closes its streams.
    private async Task<int> WaitForEndAsync(CoordinatorHost coordinator, List<RunningRole<WorkerHost>> workers)
    {
        _ = _told.Task.ContinueWith(_ => coordinator.Loop.Post(coordinator.Machine.Stop), TaskScheduler.Default);
        while (!coordinator.Exited.IsCompleted)
        {
            await Task.WhenAny(workers.Select(worker => (Task)worker.Host.Exited).Append(coordinator.Exited)).ConfigureAwait(false);
            if (workers.Find(worker => worker.Host.Exited.IsCompleted) is not { } gone)
            {
                continue;
            }

            workers.Remove(gone);
            await gone.DisposeAsync().ConfigureAwait(false);
            if ((await gone.Host.Exited.ConfigureAwait(false)).Code is ExitCodes.Configuration or ExitCodes.Internal)
            {
                await Task.WhenAny(coordinator.Exited, Task.Delay(200)).ConfigureAwait(false);
                await DisposeAllAsync(workers).ConfigureAwait(false);
                return await ReportAsync(coordinator.Exited.IsCompleted ? coordinator.Exited : gone.Host.Exited).ConfigureAwait(false);
            }
        }

        await DisposeAllAsync(workers).ConfigureAwait(false);
        return await ReportAsync(coordinator.Exited).ConfigureAwait(false);
    }

    private static async Task DisposeAllAsync(IEnumerable<RunningRole<WorkerHost>> workers)
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<int> RunWorkerAsync(JobGraph graph, IObjectStore store, Role role)
    {
        await using var worker = await RoleServer.WorkerAsync(options, options.Worker, role, graph, services, store, options.Coordinators).ConfigureAwait(false);
        await Task.WhenAny(worker.Host.Exited, _told.Task).ConfigureAwait(false);
        if (!worker.Host.Exited.IsCompleted)
        {
            worker.Host.Loop.Post(worker.Host.Machine.Leave);
            await Task.WhenAny(worker.Host.Exited, Task.Delay(LeaveMost)).ConfigureAwait(false);
        }

        return worker.Host.Exited.IsCompleted ? await ReportAsync(worker.Host.Exited).ConfigureAwait(false) : ExitCodes.Success;
    }

    private static async Task<int> ReportAsync(Task<(int Code, string Reason)> exited)
    {
        var (code, reason) = await exited.ConfigureAwait(false);
        if (code != ExitCodes.Success)
        {
            await Console.Error.WriteLineAsync(reason).ConfigureAwait(false);
        }

        return code;
    }

    private async Task<IObjectStore> OpenStoreAsync(string job) => await StartUp.ReachAsync(JobStore.NameOf(options), async cancellation =>
    {
        var store = JobStore.Open(options);
        await ObjectStoreProbe.RunAsync(store, job, cancellation).ConfigureAwait(false);
        return store;
    }, options.StartUpTimeout).ConfigureAwait(false);

    private async Task<RedisClockMirror?> OpenMirrorAsync(string redis, string job) => redis.Length == 0
        ? null
        : await StartUp.ReachAsync($"Redis at {redis.Split(',')[0]}", async cancellation =>
        {
            var mirror = await RedisClockMirror.ConnectAsync(redis).ConfigureAwait(false);
            try
            {
                await mirror.ProbeAsync(job, cancellation).ConfigureAwait(false);
                return mirror;
            }
            catch
            {
                await mirror.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }, options.StartUpTimeout).ConfigureAwait(false);

    // The first signal asks, the second one ends the process at once. Under a launcher Ctrl-C is the launcher's to handle.
    private Both Signals()
    {
        var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, options.ParentPipe));
        var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ignore: false));
        return new Both(interrupted, terminated);
    }

    private void OnSignal(PosixSignalContext context, bool ignore)
    {
        context.Cancel = ignore || !_told.Task.IsCompleted;
        if (!ignore)
        {
            _told.TrySetResult();
        }
    }

    // Clients such as Kafka's can only be asked, and block a pool thread while they are: heartbeats must not wait for the pool to
    // notice that it has too few.
    private static void KeepThreadsReady()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, PoolThreadsLeast), completions);
    }

    // A launcher holds the other end of our standard input: when it is gone, however it went, so are we.
    private void WatchParent()
    {
        if (options.ParentPipe)
        {
            new Thread(() =>
            {
                while (Console.In.Read() >= 0)
                {
                    // Nothing is ever written there.
                }

                Environment.Exit(ExitCodes.Success);
            })
            { IsBackground = true, Name = "parent" }.Start();
        }
    }

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}

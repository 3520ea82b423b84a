using System.Runtime.InteropServices;
using Gearpump.Engine;
using Gearpump.Hosting.Roles;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Gearpump.Redis.Embedded;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gearpump.Hosting.Launch;

/// <summary>Runs a job as processes of this machine, with an embedded Redis that lives here unless another is named. None of the processes outlives it.</summary>
public sealed class Launcher(LauncherOptions options)
{
    private static readonly TimeSpan StopMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(1);

    /// <summary>How many processes chaos has killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Runs until the job is over, and returns its exit code.</summary>
    public async Task<int> RunAsync()
    {
        using var redis = options.Redis is null ? new EmbeddedRedis() : null;
        using var cluster = new ProcessCluster(options, options.Redis ?? redis!.Endpoint);
        using var channel = GrpcEndpoints.Connect($"http://{cluster.Coordinator}");
        var told = 0;
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, ref told, cluster, channel));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ref told, cluster, channel));
        using var over = new CancellationTokenSource();
        Chaos? chaos = options.Chaos is { } chaosOptions ? new Chaos(chaosOptions, cluster) : null;
        chaos?.SlowDown();
        cluster.StartAll();
        var progress = new ProgressPrinter(_ => StatusAsync(channel)).RunAsync(over.Token);
        var killing = chaos?.RunAsync(over.Token) ?? Task.CompletedTask;
        var (code, name) = await cluster.Over.ConfigureAwait(false);
        cluster.StopRestarting();
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(progress, killing).ConfigureAwait(false);
        Kills = chaos?.Kills ?? 0;
        if (code != ExitCodes.Success)
        {
            await Console.Error.WriteLineAsync($"{name} has ended with code {code}").ConfigureAwait(false);
        }

        return code;
    }

    private static async Task<JobStatus?> StatusAsync(GrpcChannel channel)
    {
        try
        {
            return await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.GetStatus, null, Within(CallDeadline), new GetStatusRequest()).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The coordinator is being started again; the next line tells more.
            return null;
        }
    }

    private static void OnSignal(PosixSignalContext context, ref int told, ProcessCluster cluster, GrpcChannel channel)
    {
        context.Cancel = Interlocked.Increment(ref told) == 1;
        if (context.Cancel)
        {
            cluster.StopRestarting();
            _ = StopAsync(cluster, channel);
        }
    }

    private static async Task StopAsync(ProcessCluster cluster, GrpcChannel channel)
    {
        try
        {
            await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Stop, null, Within(CallDeadline * 5), new StopRequest()).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            await Console.Error.WriteLineAsync($"the coordinator cannot be told to stop: {e.Status.Detail}").ConfigureAwait(false);
        }

        await Task.WhenAny(cluster.Over, Task.Delay(StopMost)).ConfigureAwait(false);
        if (!cluster.Over.IsCompleted)
        {
            cluster.Signal("coordinator", "TERM");
        }
    }

    private static CallOptions Within(TimeSpan deadline) => new(deadline: DateTime.UtcNow + deadline);
}

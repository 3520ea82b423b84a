using System.Security.Cryptography;
using Gearpump.Engine.Coordination;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Hosting.Loops;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Gearpump.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gearpump.Hosting.Roles;

/// <summary>Starts one role: its listener, then its machine.</summary>
internal static class RoleServer
{
    public static async Task<RunningRole<CoordinatorHost>> CoordinatorAsync(GearpumpOptions options, string job, IObjectStore store, IClockMirror? mirror)
    {
        // The listener comes first, so that the machine knows its address; until the host is there, callers are told to try again.
        var service = new CoordinatorService();
        var (app, address) = await StartUp.ReachAsync(
            $"Gearpump:Listen '{options.Listen}'",
            _ => GrpcEndpoints.ListenAsync(
                options.Listen,
                () => service.Host is { Exited.IsCompleted: false },
                services => services.AddSingleton(service),
                web => web.MapGrpcService<CoordinatorService>()),
            options.StartUpTimeout).ConfigureAwait(false);
        var host = new CoordinatorHost(
            new CoordinatorOptions
            {
                Job = job,
                Writer = NewId(),
                Address = options.Advertise.Length > 0 ? options.Advertise : address,
                Sources = options.Role == "local" ? 1 : options.Sources,
                Processors = options.Role == "local" ? Math.Max(1, options.Processors) : options.Processors,
                Fresh = options.Fresh,
                ResumeFailed = options.ResumeFailed,
                OwedBytesMax = options.OwedBytesMax,
                CheckpointIntervalMs = (long)(options.CheckpointInterval?.TotalMilliseconds ?? 0),
            },
            store, mirror, LogOf(options, "coordinator"));
        service.Host = host;
        host.Start();
        return new RunningRole<CoordinatorHost>(app, address, host);
    }

    public static async Task<RunningRole<WorkerHost>> WorkerAsync(
        GearpumpOptions options, string name, Role role, JobGraph graph, IServiceProvider services, IObjectStore store, IReadOnlyList<string> coordinators)
    {
        var service = new ExchangeService();
        var (app, address) = await StartUp.ReachAsync(
            $"Gearpump:Listen '{options.Listen}'",
            _ => GrpcEndpoints.ListenAsync(
                options.Listen,
                () => service.Host is { IsServing: true },
                registry => registry.AddSingleton(service),
                web => web.MapGrpcService<ExchangeService>()),
            options.StartUpTimeout).ConfigureAwait(false);
        var host = new WorkerHost(
            new WorkerOptions { Job = graph.Job, Name = name, Process = NewId(), Role = role, Address = options.Advertise.Length > 0 ? options.Advertise : address },
            graph, services, store, coordinators, options.StartUpTimeout, LogOf(options, name));
        service.Host = host;
        host.Start();
        return new RunningRole<WorkerHost>(app, address, host);
    }

    public static MachineLogLevel LevelOf(GearpumpOptions options) => Enum.Parse<MachineLogLevel>(options.Log, ignoreCase: true);

    private static ConsoleLog LogOf(GearpumpOptions options, string component) => new(component, LevelOf(options));

    private static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);
}

using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gearpump.Hosting.Transport;

/// <summary>Makes all channels and all listeners: what they have in common (keep-alive, windows, limits, one day TLS) stands here alone.</summary>
internal static class GrpcEndpoints
{
    private const int MessageBytesMax = 64 * 1024 * 1024;
    private const string Ready = "ready";
    private const string Liveness = "liveness";
    private const int WindowBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    public static GrpcChannel Connect(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MessageBytesMax,
        MaxSendMessageSize = MessageBytesMax,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = WindowBytes,
            KeepAlivePingDelay = KeepAlive,
            KeepAlivePingTimeout = KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        },
    });

    /// <summary>
    /// A listener on host:port (port 0: a free one), with gRPC health checks: the service without a name says whether the role is
    /// ready, "liveness" whether the process answers. Neither asks the store or Redis.
    /// </summary>
    public static async Task<(WebApplication App, string Address)> ListenAsync(
        string listen, Func<bool> isReady, Action<IServiceCollection> services, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // What a signal means is the process's to decide: a listener that closed by itself would break a graceful stop.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddGrpc(options => (options.MaxReceiveMessageSize, options.MaxSendMessageSize) = (MessageBytesMax, MessageBytesMax));
        builder.Services.AddGrpcHealthChecks(options =>
            {
                options.Services.Map("", check => check.Name == Ready);
                options.Services.Map(Liveness, check => check.Name == Liveness);
            })
            .AddCheck(Ready, () => isReady() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy())
            .AddCheck(Liveness, () => HealthCheckResult.Healthy());
        services(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPEndPoint.Parse(listen), endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.InitialStreamWindowSize = WindowBytes;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * WindowBytes;
            kestrel.Limits.Http2.KeepAlivePingDelay = KeepAlive;
            kestrel.Limits.Http2.KeepAlivePingTimeout = KeepAlive;
        });
        var app = builder.Build();
        app.MapGrpcHealthChecksService();
        map(app);
        await app.StartAsync().ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return (app, address);
    }
}

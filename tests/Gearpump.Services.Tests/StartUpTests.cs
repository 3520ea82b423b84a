using System.Net;
using System.Net.Sockets;
using Gearpump.Files;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Roles;
using Gearpump.Hosting.Transport;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;

namespace Gearpump.Services.Tests;

/// <summary>What a process needs at its start is waited for, so long and no longer. Real sockets and gRPC.</summary>
public sealed class StartUpTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Listen_PortTaken_Exits69()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        (await RunAsync(folder, $"--Gearpump:Listen={taken.LocalEndpoint}", "--Gearpump:Role=source", "--Gearpump:Coordinators=http://127.0.0.1:1")).ShouldBe(69);
    }

    [Fact]
    public async Task Coordinator_NobodyThere_WorkerExits69()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder, "--Gearpump:Role=processor", "--Gearpump:Coordinators=http://127.0.0.1:1")).ShouldBe(69);
    }

    [Fact]
    public async Task Redis_NobodyThere_Exits69()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder, "--Gearpump:Redis=127.0.0.1:1")).ShouldBe(69);
    }

    [Fact]
    public async Task Plan_AnyProgram_IsPrintedAndNothingBegins()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder, "--Gearpump:Plan=true")).ShouldBe(0);

        Directory.Exists(folder["state"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Health_Coordinator_ServesUntilItHasLeft()
    {
        using var folder = new TemporaryFolder();
        var options = new GearpumpOptions { Role = "coordinator", Job = "health" };
        await using var coordinator = await RoleServer.CoordinatorAsync(options, "health", new FolderObjectStore(folder.Path), null);
        using var channel = GrpcEndpoints.Connect(coordinator.Address);
        var health = new Health.HealthClient(channel);

        (await CheckAsync(health, "")).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        coordinator.Host.Exit(0, "test");

        (await CheckAsync(health, "")).ShouldBe(HealthCheckResponse.Types.ServingStatus.NotServing);
        (await CheckAsync(health, "liveness")).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> CheckAsync(Health.HealthClient health, string service) =>
        (await health.CheckAsync(new HealthCheckRequest { Service = service }, deadline: DateTime.UtcNow + Most)).Status;

    private static async Task<int> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        await File.WriteAllTextAsync(folder["in.txt"], "a\n", TestContext.Current.CancellationToken);
        var builder = Host.CreateApplicationBuilder(
            [$"--Gearpump:State={folder["state"]}", "--Gearpump:Progress=false", "--Gearpump:StartUpTimeout=700ms", .. arguments]);
        builder.AddGearpump("start-up", graph => graph
            .FromFiles(folder["in.txt"], Serde.Utf8)
            .KeyBy(static line => line)
            .Process("count", static () => new CountLines())
            .ToFiles(folder["counts"], Serde.Utf8, Serde.DecimalText));
        using var host = builder.Build();
        return await host.RunGearpumpAsync().WaitAsync(Most, TestContext.Current.CancellationToken);
    }
}

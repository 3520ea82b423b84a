using Gearpump.Engine;
using Gearpump.Files;
using Gearpump.Graph;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Roles;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gearpump.Services.Tests;

/// <summary>Real Kestrel and real gRPC on a random port of the loopback interface; a worker or a coordinator behind it.</summary>
public sealed class TransportTests
{
    private const string Job = "transport";
    private static readonly DateTime Never = DateTime.UtcNow.AddSeconds(30);

    [Fact]
    public async Task Exchange_OtherProtocolVersion_FailedPreconditionNamesBoth()
    {
        var error = await HelloRefused(hello => hello.Protocol = 99);

        error.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        error.Status.Detail.ShouldContain("99");
    }

    [Fact]
    public async Task Exchange_OtherJob_FailedPreconditionNamesBoth()
    {
        var error = await HelloRefused(hello => hello.Job = "other");

        error.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        error.Status.Detail.ShouldContain("'other'");
        error.Status.Detail.ShouldContain($"'{Job}'");
    }

    [Fact]
    public async Task Exchange_EpochThatHasNotBegunHere_Aborted() =>
        (await HelloRefused(_ => { })).StatusCode.ShouldBe(StatusCode.Aborted);

    [Fact]
    public async Task Exchange_NoHelloFirst_InvalidArgument()
    {
        using var folder = new TemporaryFolder();
        await using var worker = await WorkerAsync(folder);

        var error = await FirstFrameRefused(worker.Address, new DataFrame { Cut = new CutMark() });

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Exchange_WorkerHasNotBegun_Unavailable()
    {
        var (app, address) = await GrpcEndpoints.ListenAsync(
            "127.0.0.1:0", () => false, services => services.AddSingleton(new ExchangeService()), web => web.MapGrpcService<ExchangeService>());
        await using var listener = app;

        var error = await FirstFrameRefused(address, new DataFrame { Hello = new Hello() });

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Attach_OtherJob_FailedPreconditionAndTheReason()
    {
        using var folder = new TemporaryFolder();
        await using var coordinator = await RoleServer.CoordinatorAsync(Coordinator, Job, new FolderObjectStore(folder.Path), null);
        using var channel = GrpcEndpoints.Connect(coordinator.Address);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Attach, null, new CallOptions(deadline: Never));

        await call.RequestStream.WriteAsync(new WorkerState { Protocol = ProtocolVersion.Current, Job = "other", Worker = "w", Process = "p" }, TestContext.Current.CancellationToken);
        var error = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });

        error.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        error.Status.Detail.ShouldContain("'other'");
    }

    [Fact]
    public async Task GetStatus_ThisJobAndAnother_AnswersAndNotFound()
    {
        using var folder = new TemporaryFolder();
        await using var coordinator = await RoleServer.CoordinatorAsync(Coordinator, Job, new FolderObjectStore(folder.Path), null);
        using var channel = GrpcEndpoints.Connect(coordinator.Address);

        (await Status(channel, Job)).Job.ShouldBe(Job);
        (await Should.ThrowAsync<RpcException>(() => Status(channel, "other"))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    private static GearpumpOptions Coordinator => new() { Role = "coordinator", Job = Job };

    private static async Task<JobStatus> Status(GrpcChannel channel, string job)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.GetStatus, null, new CallOptions(deadline: Never), new GetStatusRequest { Job = job });
        return await call.ResponseAsync;
    }

    private static async Task<RpcException> HelloRefused(Action<Hello> change)
    {
        using var folder = new TemporaryFolder();
        await using var worker = await WorkerAsync(folder);
        var hello = new Hello
        {
            Protocol = ProtocolVersion.Current,
            Job = Job,
            Instance = "i",
            Epoch = 1,
            Sender = "source-0",
            SenderProcess = "s",
            Receiver = "processor-0",
            ReceiverProcess = worker.Host.Process,
        };
        change(hello);
        return await FirstFrameRefused(worker.Address, new DataFrame { Hello = hello });
    }

    private static async Task<RpcException> FirstFrameRefused(string address, DataFrame first)
    {
        using var channel = GrpcEndpoints.Connect(address);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Exchange, null, new CallOptions(deadline: Never));
        return await Should.ThrowAsync<RpcException>(async () =>
        {
            await call.RequestStream.WriteAsync(first, TestContext.Current.CancellationToken);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        });
    }

    // Its coordinator is nowhere: it listens, and stays without an epoch.
    private static Task<RunningRole<WorkerHost>> WorkerAsync(TemporaryFolder folder) => RoleServer.WorkerAsync(
        new GearpumpOptions { Role = "processor", Log = "error" }, "processor-0", Role.Processor, Graph(folder), new ServiceCollection().BuildServiceProvider(),
        new FolderObjectStore(folder["state"]), ["http://127.0.0.1:1"]);

    private static JobGraph Graph(TemporaryFolder folder)
    {
        var builder = new GraphBuilder(Job);
        builder.FromFiles(folder["in.txt"], Serde.Utf8).KeyBy(static line => line).Process("count", static () => new CountLines())
            .ToFiles(folder["counts"], Serde.Utf8, Serde.DecimalText);
        return builder.Build();
    }
}

using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>The coordinator's service, as ASP.NET Core finds it.</summary>
[BindServiceMethod(typeof(CoordinatorServiceBase), nameof(Bind))]
internal abstract class CoordinatorServiceBase
{
    public static void Bind(ServiceBinderBase binder, CoordinatorServiceBase? service)
    {
        binder.AddMethod(GrpcMethods.Attach, service is null ? null! : new DuplexStreamingServerMethod<WorkerState, CoordinatorState>(service.Attach));
        binder.AddMethod(GrpcMethods.GetStatus, service is null ? null! : new UnaryServerMethod<GetStatusRequest, JobStatus>(service.GetStatus));
        binder.AddMethod(GrpcMethods.Stop, service is null ? null! : new UnaryServerMethod<StopRequest, StopReply>(service.Stop));
    }

    public abstract Task Attach(IAsyncStreamReader<WorkerState> requests, IServerStreamWriter<CoordinatorState> responses, ServerCallContext context);

    public abstract Task<JobStatus> GetStatus(GetStatusRequest request, ServerCallContext context);

    public abstract Task<StopReply> Stop(StopRequest request, ServerCallContext context);
}

using Gearpump.Protocol.V1;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>A worker's data plane, as ASP.NET Core finds it.</summary>
[BindServiceMethod(typeof(ExchangeServiceBase), nameof(Bind))]
internal abstract class ExchangeServiceBase
{
    public static void Bind(ServiceBinderBase binder, ExchangeServiceBase? service) =>
        binder.AddMethod(GrpcMethods.Exchange, service is null ? null! : new DuplexStreamingServerMethod<DataFrame, DataFeedback>(service.Exchange));

    public abstract Task Exchange(IAsyncStreamReader<DataFrame> requests, IServerStreamWriter<DataFeedback> responses, ServerCallContext context);
}

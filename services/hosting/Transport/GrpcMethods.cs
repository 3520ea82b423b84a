using Gearpump.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>The methods of the protos. Written here and not generated, so that the engine, which holds the messages, needs no gRPC.</summary>
internal static class GrpcMethods
{
    private const string Coordinator = "gearpump.v1.CoordinatorService";

    public static readonly Method<WorkerState, CoordinatorState> Attach =
        new(MethodType.DuplexStreaming, Coordinator, "Attach", Marshal(WorkerState.Parser), Marshal(CoordinatorState.Parser));

    public static readonly Method<GetStatusRequest, JobStatus> GetStatus =
        new(MethodType.Unary, Coordinator, "GetStatus", Marshal(GetStatusRequest.Parser), Marshal(JobStatus.Parser));

    public static readonly Method<StopRequest, StopReply> Stop =
        new(MethodType.Unary, Coordinator, "Stop", Marshal(StopRequest.Parser), Marshal(StopReply.Parser));

    public static readonly Method<DataFrame, DataFeedback> Exchange =
        new(MethodType.DuplexStreaming, "gearpump.v1.ExchangeService", "Exchange", Marshal(DataFrame.Parser), Marshal(DataFeedback.Parser));

    private static Marshaller<T> Marshal<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
        (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}

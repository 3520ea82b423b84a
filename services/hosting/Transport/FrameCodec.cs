using Gearpump.Engine.Channels;
using Gearpump.Protocol.V1;
using Google.Protobuf;

namespace Gearpump.Hosting.Transport;

/// <summary>Frames and feedback as the protos have them. Payloads are wrapped, not copied.</summary>
internal static class FrameCodec
{
    public static DataFrame ToProto(in Frame frame) => frame.Kind switch
    {
        FrameKind.Batch => new DataFrame
        {
            Batch = new Batch
            {
                Channel = (uint)frame.Channel,
                Sequence = (ulong)frame.Sequence,
                ClockMs = frame.ClockMs,
                WatermarkMs = frame.WatermarkMs,
                Records = (uint)frame.Records,
                Payload = UnsafeByteOperations.UnsafeWrap(frame.Payload),
            },
        },
        FrameKind.Cut => new DataFrame
        {
            Cut = new CutMark { Channel = (uint)frame.Channel, Sequence = (ulong)frame.Sequence, Cut = (ulong)frame.Cut, ClockMs = frame.ClockMs },
        },
        _ => new DataFrame
        {
            Watermark = new Watermark { Channel = (uint)frame.Channel, AfterSequence = (ulong)frame.Sequence, WatermarkMs = frame.WatermarkMs },
        },
    };

    public static bool TryRead(DataFrame message, out Frame frame)
    {
        frame = message.KindCase switch
        {
            DataFrame.KindOneofCase.Batch => new Frame(FrameKind.Batch, (int)message.Batch.Channel, (long)message.Batch.Sequence, message.Batch.ClockMs,
                message.Batch.WatermarkMs, (int)message.Batch.Records, 0, message.Batch.Payload.Memory),
            DataFrame.KindOneofCase.Cut => new Frame(FrameKind.Cut, (int)message.Cut.Channel, (long)message.Cut.Sequence, message.Cut.ClockMs,
                message.Cut.ClockMs, 0, (long)message.Cut.Cut, default),
            DataFrame.KindOneofCase.Watermark => new Frame(FrameKind.Watermark, (int)message.Watermark.Channel, (long)message.Watermark.AfterSequence, 0,
                message.Watermark.WatermarkMs, 0, 0, default),
            _ => default,
        };
        return frame.Kind != default;
    }

    public static ChannelFeedback ToProto(in Feedback feedback) => new()
    {
        Channel = (uint)feedback.Channel,
        Received = (ulong)feedback.Received,
        Acked = (ulong)feedback.Acked,
        AckedRecords = (ulong)feedback.AckedRecords,
        CreditRecords = (ulong)feedback.CreditRecords,
        CreditBytes = (ulong)feedback.CreditBytes,
    };

    public static Feedback Read(ChannelFeedback message) => new(
        (int)message.Channel, (long)message.Received, (long)message.Acked, (long)message.AckedRecords, (long)message.CreditRecords, (long)message.CreditBytes);

    public static Hello ToProto(HelloInfo hello) => new()
    {
        Protocol = (uint)hello.Protocol,
        Job = hello.Job,
        Instance = hello.Instance,
        Epoch = (ulong)hello.Epoch,
        Sender = hello.Sender,
        SenderProcess = hello.SenderProcess,
        Receiver = hello.Receiver,
        ReceiverProcess = hello.ReceiverProcess,
    };

    public static HelloInfo Read(Hello hello) => new(
        (int)hello.Protocol, hello.Job, hello.Instance, (long)hello.Epoch, hello.Sender, hello.SenderProcess, hello.Receiver, hello.ReceiverProcess);
}

using System.Runtime.InteropServices;
using Gearpump.Engine.Channels;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Google.Protobuf;

namespace Gearpump.Services.Tests;

public sealed class FrameCodecTests
{
    public static TheoryData<Frame> Frames =>
    [
        new Frame(FrameKind.Batch, 7, 42, 1_000, 999, 3, 0, new byte[] { 1, 2, 3 }),
        new Frame(FrameKind.Cut, 7, 43, 2_000, 2_000, 0, 5, default),
        new Frame(FrameKind.Watermark, 7, 43, 0, 3_000, 0, 0, default),
    ];

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_OverTheWire_IsTheSame(Frame frame)
    {
        var message = DataFrame.Parser.ParseFrom(FrameCodec.ToProto(frame).ToByteArray());

        FrameCodec.TryRead(message, out var read).ShouldBeTrue();
        read.Payload.ToArray().ShouldBe(frame.Payload.ToArray());
        (read with { Payload = default }).ShouldBe(frame with { Payload = default });
    }

    [Fact]
    public void ToProto_Batch_DoesNotCopyThePayload()
    {
        var payload = new byte[] { 1, 2, 3 };

        var message = FrameCodec.ToProto(new Frame(FrameKind.Batch, 1, 1, 1, 1, 1, 0, payload));

        MemoryMarshal.TryGetArray(message.Batch.Payload.Memory, out var segment).ShouldBeTrue();
        segment.Array.ShouldBeSameAs(payload);
    }

    [Fact]
    public void TryRead_NoFrame_IsFalse() => FrameCodec.TryRead(new DataFrame(), out _).ShouldBeFalse();

    [Fact]
    public void Feedback_OverTheWire_IsTheSame()
    {
        var feedback = new Feedback(3, 10, 9, 1_234, 5_678, 9_012);

        FrameCodec.Read(ChannelFeedback.Parser.ParseFrom(FrameCodec.ToProto(feedback).ToByteArray())).ShouldBe(feedback);
    }
}

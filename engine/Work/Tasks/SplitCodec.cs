using Gearpump.Protocol.V1;
using Gearpump.Sources;
using Google.Protobuf;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>Splits as the log holds them.</summary>
internal static class SplitCodec
{
    public static Split ToProto(SourceSplit split) => new()
    {
        Id = split.Id,
        Start = ByteString.CopyFrom(split.Start.Bytes.Span),
        Bounded = split.End is not null,
        End = split.End is { } end ? ByteString.CopyFrom(end.Bytes.Span) : ByteString.Empty,
    };

    public static SourceSplit FromProto(Split split) => new(
        split.Id,
        new SourcePosition(split.Start.Memory),
        split.Bounded ? new SourcePosition(split.End.Memory) : null);
}

using System.Buffers.Binary;
using Gearpump.Sources;

namespace Gearpump.Files;

/// <summary>A place in a file: how often it has been read whole, the offset, and whether that lies within a line that is too long and is being rejected in parts.</summary>
internal readonly record struct FilePosition(int Pass, long Offset, bool InLongLine)
{
    private const int Bytes = 13;

    public SourcePosition ToSourcePosition()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Pass);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), Offset);
        bytes[12] = InLongLine ? (byte)1 : (byte)0;
        return new SourcePosition(bytes);
    }

    public static FilePosition Read(SourcePosition position) => position.Bytes.Length == Bytes
        ? new FilePosition(
            BinaryPrimitives.ReadInt32LittleEndian(position.Bytes.Span),
            BinaryPrimitives.ReadInt64LittleEndian(position.Bytes.Span[4..]),
            position.Bytes.Span[12] != 0)
        : throw new SourceLostException($"a position of {position.Bytes.Length} bytes where {Bytes} were expected");
}

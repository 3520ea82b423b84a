using System.Buffers.Binary;
using Gearpump.Sources;

namespace Gearpump.Files;

/// <summary>A place in a file: the offset, and whether it lies within a line that is too long and is being rejected in parts.</summary>
internal readonly record struct FilePosition(long Offset, bool InLongLine)
{
    public static SourcePosition Write(long offset, bool inLongLine)
    {
        var bytes = new byte[9];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, offset);
        bytes[8] = inLongLine ? (byte)1 : (byte)0;
        return new SourcePosition(bytes);
    }

    public static FilePosition Read(SourcePosition position) => position.Bytes.Length == 9
        ? new FilePosition(BinaryPrimitives.ReadInt64LittleEndian(position.Bytes.Span), position.Bytes.Span[8] != 0)
        : throw new SourceLostException($"a position of {position.Bytes.Length} bytes where 9 were expected");
}

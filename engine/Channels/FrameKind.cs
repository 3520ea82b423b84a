namespace Gearpump.Engine.Channels;

public enum FrameKind : byte
{
    Batch = 1,
    Cut,
    Watermark,
}

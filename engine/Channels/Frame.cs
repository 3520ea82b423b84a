namespace Gearpump.Engine.Channels;

/// <summary>What travels downstream on a channel.</summary>
/// <param name="Sequence">Its number on the channel, from 1 without gaps; for a watermark, the number that it comes after.</param>
/// <param name="ClockMs">Batch: the records' clock. Cut: T. Watermark: unused.</param>
/// <param name="WatermarkMs">Batch and watermark: no later record has a clock below.</param>
/// <param name="Cut">The cut's number.</param>
public readonly record struct Frame(
    FrameKind Kind,
    int Channel,
    long Sequence,
    long ClockMs,
    long WatermarkMs,
    int Records,
    long Cut,
    ReadOnlyMemory<byte> Payload);

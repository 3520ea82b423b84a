namespace Gearpump.Engine.Channels;

/// <summary>A failed ack: a gap, a wrong count, damaged bytes. Nothing on the channel can be mended; the epoch must end.</summary>
internal sealed class ChannelException(string message) : Exception(message);

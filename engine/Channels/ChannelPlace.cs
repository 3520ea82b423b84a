using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Channels;

/// <summary>Where a channel runs.</summary>
/// <param name="Output">The edge's place among the outgoing edges of the upstream stage.</param>
/// <param name="Input">The edge's place among the incoming edges of the downstream stage.</param>
internal sealed record ChannelPlace(int Channel, TaskRef From, TaskRef To, int Output, int Input);

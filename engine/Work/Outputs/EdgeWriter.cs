using Gearpump.Engine.Channels;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>An edge: chooses the channel of each record.</summary>
internal sealed class EdgeWriter(Routing routing, IReadOnlyList<ChannelOutput> channels) : IRecordWriter
{
    private readonly int[] _owners = Enumerable.Range(0, KeyGroups.Count).Select(group => KeyGroups.Owner(group, channels.Count)).ToArray();
    private int _next;

    public IReadOnlyList<ChannelOutput> Channels => channels;

    public void Write(in Record record)
    {
        switch (routing)
        {
            case Routing.Hash:
                channels[_owners[KeyGroups.Of(record.KeyHash)]].Write(record);
                break;
            case Routing.RoundRobin:
                channels[_next].Write(record);
                _next = (_next + 1) % channels.Count;
                break;
            default:
                foreach (var channel in channels)
                {
                    channel.Write(record);
                }

                break;
        }
    }
}

using Gearpump.Engine.Channels;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>One channel, as a task writes to it.</summary>
internal sealed class ChannelOutput(ChannelSender sender, TaskIo io) : IRecordScope
{
    private long _record;

    public ChannelSender Sender => sender;

    public void Write(in Record record)
    {
        if (_record != io.Record)
        {
            _record = io.Record;
            sender.BeginRecord(io.ClockMs);
            io.Touch(this);
        }

        sender.Write(record);
    }

    public void EndRecord()
    {
        sender.EndRecord();
        if (sender.IsBlocked)
        {
            io.Block(sender);
        }
    }

    // Undone records keep their number while they are tried again: the next write must join anew.
    public void Undo()
    {
        sender.Undo();
        _record = 0;
    }
}

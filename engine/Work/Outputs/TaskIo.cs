using Gearpump.Engine.Channels;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>Where the outputs of one task's current record have gone, and whether the task may take another record.</summary>
internal sealed class TaskIo(Action becameDirty)
{
    private readonly List<IRecordScope> _touched = [];
    private readonly List<ChannelSender> _blocked = [];

    /// <summary>Number of the current input record; a writer that has not seen it yet joins by <see cref="Touch"/>.</summary>
    public long Record { get; private set; }

    public long ClockMs { get; private set; }

    /// <summary>No output waits for credit or a connection.</summary>
    public bool MayTakeRecord
    {
        get
        {
            while (_blocked.Count > 0 && !_blocked[^1].IsBlocked)
            {
                _blocked.RemoveAt(_blocked.Count - 1);
            }

            return _blocked.Count == 0;
        }
    }

    public void BeginRecord(long clockMs)
    {
        Record++;
        ClockMs = clockMs;
    }

    public void Touch(IRecordScope scope) => _touched.Add(scope);

    /// <summary>The sender waits: no record is taken until it waits no more.</summary>
    public void Block(ChannelSender sender)
    {
        if (!_blocked.Contains(sender))
        {
            _blocked.Add(sender);
        }
    }

    public void EndRecord()
    {
        // By index: a record that an output refuses joins the dead letters here.
        for (var at = 0; at < _touched.Count; at++)
        {
            _touched[at].EndRecord();
        }

        if (_touched.Count > 0)
        {
            _touched.Clear();
            becameDirty();
        }
    }

    public void Undo()
    {
        foreach (var scope in _touched)
        {
            scope.Undo();
        }

        _touched.Clear();
    }
}

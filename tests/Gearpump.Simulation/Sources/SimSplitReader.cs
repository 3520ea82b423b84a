using Gearpump.Sources;

namespace Gearpump.Simulation.Sources;

/// <summary>Reads what is available at the virtual time.</summary>
internal sealed class SimSplitReader(SimWorld world, SimSplit split, long position) : ISplitReader
{
    private int _next = checked((int)position);
    private bool _closed;

    public SourcePosition Position => SourcePosition.FromInt64(_next);

    /// <summary>When reading makes sense again.</summary>
    public long NextAtMs => _next < split.Lines.Length ? split.Lines[_next].AtMs : 0;

    public ReadStatus Read(IRecordSink sink)
    {
        if (_closed)
        {
            throw world.Fail($"split {split.Id} is read after it was closed");
        }

        while (_next < split.Lines.Length)
        {
            ref readonly var line = ref split.Lines[_next];
            if (line.AtMs > world.NowMs)
            {
                return ReadStatus.Idle;
            }

            var more = HandOver(line, sink);
            _next++;
            if (!more)
            {
                return ReadStatus.More;
            }
        }

        return ReadStatus.Ended;
    }

    private bool HandOver(in SimSplit.Line line, IRecordSink sink)
    {
        world.Provenance.Reading = new LinePlace(split.Number, _next);
        try
        {
            return line.Bad ? sink.Reject(line.Bytes, "simulated: cannot be read") : sink.Add(line.Bytes);
        }
        finally
        {
            world.Provenance.Reading = null;
        }
    }

    /// <summary>The simulated host waits in virtual time, by <see cref="NextAtMs"/>.</summary>
    public ValueTask WaitAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _closed = true;
        return ValueTask.CompletedTask;
    }
}

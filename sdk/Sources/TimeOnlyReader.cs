namespace Gearpump.Sources;

/// <summary>Reads a split by time: skips what was taken at the first time, then counts.</summary>
internal sealed class TimeOnlyReader : ISplitReader
{
    private readonly CancellationTokenSource _closed = new();
    private readonly IAsyncEnumerator<TimedRecord> _records;
    private readonly string _what;
    private readonly TimePosition _from;
    private readonly DateTimeOffset? _end;
    private TimePosition _position;
    private long _toSkip;
    private Task<bool>? _pending;
    private bool _ended;

    public TimeOnlyReader(string what, Func<CancellationToken, IAsyncEnumerable<TimedRecord>> read, TimePosition from, DateTimeOffset? end)
    {
        (_what, _from, _end, _position, _toSkip) = (what, from, end, from, from.Taken);
        _records = read(_closed.Token).GetAsyncEnumerator(_closed.Token);
    }

    public SourcePosition Position => _position.ToSourcePosition();

    public string PositionText => _position.ToString();

    public ReadStatus Read(IRecordSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (!_ended)
        {
            if (!TryMoveNext(out var more))
            {
                return ReadStatus.Idle;
            }

            if (!more)
            {
                EndOfRecords();
                break;
            }

            var record = _records.Current;
            if (record.Time < _position.Time)
            {
                throw new SourceLostException($"{_what} gave a record of {record.Time:O} after {_position}: it must give them in the order of their times");
            }

            if (_end is { } end && record.Time >= end)
            {
                EndOfRecords();
                break;
            }

            if (!Skip(record) && !HandOver(sink, record))
            {
                return ReadStatus.More;
            }
        }

        return ReadStatus.Ended;
    }

    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (_pending is { } pending)
        {
            // A failure of the sequence is for Read to throw; here only the wait is over.
            await ((Task)pending).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        if (_pending is { } pending)
        {
            // The sequence was told to stop, and its outcome is nobody's any more.
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _records.DisposeAsync().ConfigureAwait(false);
        _closed.Dispose();
    }

    /// <summary>False: not there yet.</summary>
    private bool TryMoveNext(out bool more)
    {
        if (_pending is null)
        {
            var next = _records.MoveNextAsync();
            if (next.IsCompletedSuccessfully)
            {
                more = next.Result;
                return true;
            }

            _pending = next.AsTask();
        }

        if (!_pending.IsCompleted)
        {
            more = false;
            return false;
        }

        // Kept when it has failed: a sequence that has thrown is over, and says so every time.
        more = _pending.GetAwaiter().GetResult();
        _pending = null;
        return true;
    }

    private bool Skip(TimedRecord record)
    {
        if (_toSkip == 0)
        {
            return false;
        }

        if (record.Time != _from.Time)
        {
            throw Lost();
        }

        _toSkip--;
        return true;
    }

    private bool HandOver(IRecordSink sink, TimedRecord record)
    {
        var goOn = record.Value.Length <= sink.RecordBytesMax
            ? sink.Add(record.Value, record.Time.ToUnixTimeMilliseconds())
            : sink.Reject(record.Value, $"{record.Value.Length} bytes, {sink.RecordBytesMax} at most");
        _position = _position.After(record.Time);
        return goOn;
    }

    private void EndOfRecords()
    {
        if (_toSkip > 0)
        {
            throw Lost();
        }

        _ended = true;
    }

    private SourceLostException Lost() =>
        new($"{_what} has only {_from.Taken - _toSkip} records of {_from.Time:O}, {_from.Taken} had been read: what stood there is gone");
}

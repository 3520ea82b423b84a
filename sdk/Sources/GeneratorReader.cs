namespace Gearpump.Sources;

/// <summary>Reads one split of a generator. The position is how many of its records have been taken.</summary>
internal sealed class GeneratorReader<T>(Func<long, T> record, Serde<T> serde, int split, int splits, long taken, long count, Pace? pace) : ISplitReader
{
    private byte[] _scratch = new byte[256];
    private long _taken = taken;

    public SourcePosition Position => SourcePosition.FromInt64(_taken);

    public string PositionText => $"record {split + (_taken * splits)}";

    public ReadStatus Read(IRecordSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        while (_taken < count)
        {
            if (pace is not null && !pace.TryTake())
            {
                return ReadStatus.Idle;
            }

            var goOn = HandOver(sink, record(split + (_taken * splits)));
            _taken++;
            if (!goOn)
            {
                return ReadStatus.More;
            }
        }

        return ReadStatus.Ended;
    }

    public ValueTask WaitAsync(CancellationToken cancellation) => pace?.WaitAsync(cancellation) ?? ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool HandOver(IRecordSink sink, T value)
    {
        var most = serde.MaxBytes(value);
        if (_scratch.Length < most)
        {
            _scratch = new byte[Math.Max(most, 2 * _scratch.Length)];
        }

        var bytes = _scratch.AsMemory(0, serde.Write(value, _scratch));
        return bytes.Length <= sink.RecordBytesMax
            ? sink.Add(bytes)
            : sink.Reject(bytes, $"{bytes.Length} bytes, {sink.RecordBytesMax} at most");
    }
}

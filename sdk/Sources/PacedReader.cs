namespace Gearpump.Sources;

/// <summary>Reads so many records at a time as the rate allows.</summary>
internal sealed class PacedReader(ISplitReader reader, FileRate rate) : ISplitReader
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private readonly CountingSink _sink = new();

    public SourcePosition Position => reader.Position;

    public string PositionText => reader.PositionText;

    public string? Trouble => reader.Trouble;

    public ReadStatus Read(IRecordSink sink)
    {
        var allowance = rate.Allowance;
        if (allowance <= 0)
        {
            return ReadStatus.Idle;
        }

        _sink.Begin(sink, allowance);
        var status = reader.Read(_sink);
        rate.Take(_sink.Taken);
        return status == ReadStatus.More && _sink.Taken >= allowance ? ReadStatus.Idle : status;
    }

    public ValueTask WaitAsync(CancellationToken cancellation) =>
        rate.Allowance <= 0 ? new ValueTask(Task.Delay(LookEvery, cancellation)) : reader.WaitAsync(cancellation);

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private sealed class CountingSink : IRecordSink
    {
        private IRecordSink? _inner;
        private long _allowance;

        public long Taken { get; private set; }

        public int RecordBytesMax => _inner!.RecordBytesMax;

        public void Begin(IRecordSink inner, long allowance) => (_inner, _allowance, Taken) = (inner, allowance, 0);

        public bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime) => _inner!.Add(value, eventTimeMs) & Take();

        public bool Reject(ReadOnlyMemory<byte> bytes, string reason) => _inner!.Reject(bytes, reason) & Take();

        private bool Take() => ++Taken < _allowance;
    }
}

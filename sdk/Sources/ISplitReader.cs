namespace Gearpump.Sources;

/// <summary>Reads one split. Used by one thread at a time.</summary>
public interface ISplitReader : IAsyncDisposable
{
    /// <summary>
    /// Hands over records in order until the sink says stop, nothing is there at the moment, or the split has ended.
    /// Must not block for the outside; a local file is fine.
    /// </summary>
    ReadStatus Read(IRecordSink sink);

    /// <summary>The position behind the last record that was handed over. A reader opened there continues with the next one.</summary>
    SourcePosition Position { get; }

    /// <summary>Completes when reading again makes sense; used after <see cref="ReadStatus.Idle"/>. Must heed the cancellation.</summary>
    ValueTask WaitAsync(CancellationToken cancellation);
}

namespace Gearpump.Sources;

/// <summary>Reads one split. Used by one thread at a time.</summary>
public interface ISplitReader : IAsyncDisposable
{
    /// <summary>
    /// Hands over records in order until the sink says stop, nothing is there at the moment, or the split has ended.
    /// Must not block for the outside; a local file is fine.
    /// </summary>
    ReadStatus Read(IRecordSink sink);

    /// <summary>
    /// The position behind the last record that was handed over; while a record is being handed over, still the place where
    /// that one begins. A reader opened there continues with the next one.
    /// </summary>
    SourcePosition Position { get; }

    /// <summary>The position as people say it ("byte 1234"); stands with rejected records.</summary>
    string PositionText => Position.ToString();

    /// <summary>
    /// What is wrong outside, where that is why nothing comes (a right was withdrawn, a server is away); null: nothing is. The job
    /// stands still and says so, and goes on by itself: an exception of <see cref="Read"/> would roll it back instead.
    /// </summary>
    string? Trouble => null;

    /// <summary>Completes when reading again makes sense; used after <see cref="ReadStatus.Idle"/>. Must heed the cancellation.</summary>
    ValueTask WaitAsync(CancellationToken cancellation);
}

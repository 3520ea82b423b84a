namespace Gearpump.Sources;

/// <summary>Takes the records of a reader. The engine's.</summary>
public interface IRecordSink
{
    /// <summary>The largest record that is taken, in bytes; hand larger ones to <see cref="Reject"/>.</summary>
    int RecordBytesMax { get; }

    /// <summary>Takes one record; the bytes are read before it returns.</summary>
    /// <param name="value">The record, as the outside has it.</param>
    /// <param name="eventTimeMs">The record's own time, milliseconds since 1970 UTC; <see cref="NoEventTime"/> where it has none.</param>
    /// <returns>False: the record is taken, but read no further now.</returns>
    bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = NoEventTime);

    /// <summary>Sends bytes that cannot be a record to the dead letters. Long ones may come in parts. Returns as <see cref="Add"/>.</summary>
    bool Reject(ReadOnlyMemory<byte> bytes, string reason);

    /// <summary>A record without a time of its own.</summary>
    const long NoEventTime = long.MinValue;
}

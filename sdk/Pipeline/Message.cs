using Gearpump.Serialization;
using Gearpump.Sources;

namespace Gearpump;

/// <summary>A record as a task sees it. The value is decoded when it is asked for.</summary>
public readonly ref struct Message<T>
{
    private readonly T _value;
    private readonly Serde<T>? _serde;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A message by hand: for tests of a task.</summary>
    public Message(T value, long timestamp, long eventTimeMs = IRecordSink.NoEventTime)
    {
        _value = value;
        (Timestamp, EventTimeMs) = (timestamp, eventTimeMs);
    }

    internal Message(Serde<T> serde, ReadOnlyMemory<byte> bytes, long timestamp, long eventTimeMs)
    {
        _value = default!;
        (_serde, _bytes) = (serde, bytes);
        (Timestamp, EventTimeMs) = (timestamp, eventTimeMs);
    }

    /// <summary>The record's clock: the logical time that its source stamped it with, milliseconds.</summary>
    public long Timestamp { get; }

    /// <summary>The record's own time, milliseconds since 1970 UTC; <see cref="IRecordSink.NoEventTime"/> where it has none.</summary>
    public long EventTimeMs { get; }

    public T Value => _serde is null ? _value : SerdeReader.Read(_serde, _bytes);
}

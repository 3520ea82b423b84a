using Gearpump.Sources;

namespace Gearpump.Runtime;

/// <summary>A record as the engine moves it: bytes, a hash, a time. Slices of the array that it came in.</summary>
public readonly struct Record
{
    public Record(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime)
    {
        Value = value;
        EventTimeMs = eventTimeMs;
    }

    public Record(ulong keyHash, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool valueIsKey, long eventTimeMs)
    {
        KeyHash = keyHash;
        Key = key;
        Value = valueIsKey ? key : value;
        HasKey = true;
        ValueIsKey = valueIsKey;
        EventTimeMs = eventTimeMs;
    }

    /// <summary><see cref="KeyGroups.Hash"/> of <see cref="Key"/>; 0 without a key.</summary>
    public ulong KeyHash { get; }

    public ReadOnlyMemory<byte> Key { get; }

    public ReadOnlyMemory<byte> Value { get; }

    public bool HasKey { get; }

    /// <summary>The value is the key, and is not sent twice.</summary>
    public bool ValueIsKey { get; }

    /// <summary>Milliseconds since 1970 UTC, or <see cref="IRecordSink.NoEventTime"/>.</summary>
    public long EventTimeMs { get; }
}

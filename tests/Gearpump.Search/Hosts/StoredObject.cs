using System.IO.Hashing;
using System.Text;
using Gearpump.Protocol.V1;
using Gearpump.Search.Copying;

namespace Gearpump.Search.Hosts;

/// <summary>An object in the store; never changed.</summary>
internal sealed class StoredObject : IShared
{
    public StoredObject(string key, byte[] bytes)
    {
        (Key, Bytes) = (key, bytes);
        Content = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key)) * 31 + XxHash3.HashToUInt64(bytes);
        Entry = key.Contains("/log/", StringComparison.Ordinal) ? LogEntry.Parser.ParseFrom(bytes) : null;
    }

    public string Key { get; }

    public byte[] Bytes { get; }

    /// <summary>Read, where it is an entry of the log.</summary>
    public LogEntry? Entry { get; }

    public ulong Content { get; }

    /// <summary>The index of a log entry.</summary>
    public long Index => Gearpump.Engine.Log.StoreKeys.TryLastNumber(Key, out var index) ? index : -1;
}

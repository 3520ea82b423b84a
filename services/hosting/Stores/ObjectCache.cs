namespace Gearpump.Hosting.Stores;

/// <summary>Objects that this process has stored lately, so that publishing and restoring need not fetch them. The oldest go first.</summary>
internal sealed class ObjectCache(long bytesMax = 64 * 1024 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _objects = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _bytes;

    public void Put(string key, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (bytes.Length > bytesMax || !_objects.TryAdd(key, bytes))
            {
                return;
            }

            _order.Enqueue(key);
            _bytes += bytes.Length;
            while (_bytes > bytesMax && _order.TryDequeue(out var oldest))
            {
                _bytes -= _objects[oldest].Length;
                _objects.Remove(oldest);
            }
        }
    }

    public bool TryGet(string key, out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(key, out bytes);
        }
    }
}

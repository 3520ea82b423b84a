namespace Gearpump.Search.Hosts;

/// <summary>Object storage: keys in order, each created once.</summary>
internal sealed class SearchStore(bool overwrites)
{
    private readonly SortedList<string, StoredObject> _objects = new(StringComparer.Ordinal);

    public IEnumerable<StoredObject> Log => _objects.Values.Where(item => item.Entry is not null);

    /// <summary>False: something stands there. A planted store does not look, and overwrites it.</summary>
    public bool TryCreate(StoredObject item)
    {
        if (_objects.ContainsKey(item.Key) && !overwrites)
        {
            return false;
        }

        _objects[item.Key] = item;
        return true;
    }

    public StoredObject? Find(string key) => _objects.GetValueOrDefault(key);

    public IReadOnlyList<string> List(string prefix, string? after) =>
        _objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(key, after) > 0)).ToList();

    public void Delete(string key) => _objects.Remove(key);
}

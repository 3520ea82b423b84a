namespace Gearpump.State;

/// <summary>
/// The entries of one key group: dense arrays that only grow at their end, found by open addressing on the key's hash. A
/// frozen form shares them; only values are ever overwritten, so the entries are copied at the first overwriting, the keys never.
/// </summary>
internal sealed class GroupTable<T>
{
    private const int FirstEntries = 8;
    private TableEntry<T>[] _entries = [];
    private byte[] _keys = [];
    private int[] _slots = [];
    private bool _isShared;

    public int Count { get; private set; }

    public T this[int entry] => _entries[entry].Value;

    /// <summary>The entry of a key; −1 where there is none.</summary>
    public int Find(ulong hash, ReadOnlySpan<byte> key)
    {
        var slots = _slots;
        if (slots.Length == 0)
        {
            return -1;
        }

        var mask = slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var found = slots[slot] - 1;
            if (found < 0)
            {
                return -1;
            }

            ref var entry = ref _entries[found];
            if (entry.Hash == hash && _keys.AsSpan(entry.KeyStart, entry.KeyLength).SequenceEqual(key))
            {
                return found;
            }
        }
    }

    /// <summary>All keys and values, in the order in which they came.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Key, T Value)> Entries()
    {
        for (var at = 0; at < Count; at++)
        {
            var entry = _entries[at];
            yield return (_keys.AsMemory(entry.KeyStart, entry.KeyLength), entry.Value);
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    public int Add(ulong hash, ReadOnlySpan<byte> key, T value)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        var start = Count == 0 ? 0 : _entries[Count - 1].KeyStart + _entries[Count - 1].KeyLength;
        if (_keys.Length - start < key.Length)
        {
            Array.Resize(ref _keys, Math.Max(Math.Max(64, _keys.Length * 2), start + key.Length));
        }

        // Behind what a frozen form counts, nothing is shared.
        key.CopyTo(_keys.AsSpan(start));
        _entries[Count] = new TableEntry<T> { Hash = hash, Value = value, KeyStart = start, KeyLength = key.Length };
        PutSlot(hash, Count + 1);
        return Count++;
    }

    public void Set(int entry, T value)
    {
        if (_isShared)
        {
            _entries = (TableEntry<T>[])_entries.Clone();
            _isShared = false;
        }

        _entries[entry].Value = value;
    }

    /// <summary>Takes back the last <see cref="Add"/>.</summary>
    public void RemoveLast()
    {
        Count--;
        var mask = _slots.Length - 1;
        var slot = (int)_entries[Count].Hash & mask;
        while (_slots[slot] != Count + 1)
        {
            slot = (slot + 1) & mask;
        }

        // Nothing was added behind it, so no probe leads over this slot.
        _slots[slot] = 0;
    }

    public FrozenGroup<T> Freeze()
    {
        _isShared = true;
        return new FrozenGroup<T>(Count, _entries, _keys);
    }

    private void Grow()
    {
        var size = Math.Max(FirstEntries, _entries.Length * 2);
        Array.Resize(ref _entries, size);
        _isShared = false;
        _slots = new int[size * 2];
        for (var entry = 0; entry < Count; entry++)
        {
            PutSlot(_entries[entry].Hash, entry + 1);
        }
    }

    private void PutSlot(ulong hash, int value)
    {
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = value;
    }
}

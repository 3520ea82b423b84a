namespace Gearpump.State;

/// <summary>
/// The entries of one key group: dense arrays that only grow at their end, found by open addressing on the key's hash. A
/// frozen form shares all of them; only the values are ever overwritten, so only they are copied, at the first write.
/// </summary>
internal sealed class GroupTable<T>
{
    private const int FirstEntries = 8;
    private ulong[] _hashes = [];
    private int[] _keyEnds = [];
    private T[] _values = [];
    private byte[] _keys = [];
    private int[] _slots = [];
    private bool _valuesAreShared;

    public int Count { get; private set; }

    public T this[int entry] => _values[entry];

    /// <summary>The entry of a key; −1 where there is none.</summary>
    public int Find(ulong hash, ReadOnlySpan<byte> key)
    {
        if (_slots.Length == 0)
        {
            return -1;
        }

        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var entry = _slots[slot] - 1;
            if (entry < 0)
            {
                return -1;
            }

            if (_hashes[entry] == hash && KeyOf(entry).SequenceEqual(key))
            {
                return entry;
            }
        }
    }

    /// <summary>All keys and values, in the order in which they came.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Key, T Value)> Entries()
    {
        for (var (entry, start) = (0, 0); entry < Count; entry++)
        {
            yield return (_keys.AsMemory(start, _keyEnds[entry] - start), _values[entry]);
            start = _keyEnds[entry];
        }
    }

    /// <summary>Adds a key that is not there.</summary>
    public int Add(ulong hash, ReadOnlySpan<byte> key, T value)
    {
        if (Count == _hashes.Length)
        {
            Grow();
        }

        var start = Count == 0 ? 0 : _keyEnds[Count - 1];
        if (_keys.Length - start < key.Length)
        {
            Array.Resize(ref _keys, Math.Max(Math.Max(64, _keys.Length * 2), start + key.Length));
        }

        // Behind what a frozen form counts, nothing is shared.
        key.CopyTo(_keys.AsSpan(start));
        _hashes[Count] = hash;
        _keyEnds[Count] = start + key.Length;
        _values[Count] = value;
        PutSlot(hash, Count + 1);
        return Count++;
    }

    public void Set(int entry, T value)
    {
        Unshare();
        _values[entry] = value;
    }

    /// <summary>Takes back the last <see cref="Add"/>.</summary>
    public void RemoveLast()
    {
        Count--;
        var mask = _slots.Length - 1;
        var slot = (int)_hashes[Count] & mask;
        while (_slots[slot] != Count + 1)
        {
            slot = (slot + 1) & mask;
        }

        // Nothing was added behind it, so no probe leads over this slot.
        _slots[slot] = 0;
    }

    public FrozenGroup<T> Freeze()
    {
        _valuesAreShared = true;
        return new FrozenGroup<T>(Count, _keyEnds, _values, _keys);
    }

    private ReadOnlySpan<byte> KeyOf(int entry)
    {
        var start = entry == 0 ? 0 : _keyEnds[entry - 1];
        return _keys.AsSpan(start, _keyEnds[entry] - start);
    }

    private void Unshare()
    {
        if (_valuesAreShared)
        {
            _values = (T[])_values.Clone();
            _valuesAreShared = false;
        }
    }

    private void Grow()
    {
        var size = Math.Max(FirstEntries, _hashes.Length * 2);
        Array.Resize(ref _hashes, size);
        Array.Resize(ref _keyEnds, size);
        Array.Resize(ref _values, size);
        _valuesAreShared = false;
        _slots = new int[size * 2];
        for (var entry = 0; entry < Count; entry++)
        {
            PutSlot(_hashes[entry], entry + 1);
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

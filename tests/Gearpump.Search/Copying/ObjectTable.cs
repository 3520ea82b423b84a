using System.Runtime.CompilerServices;

namespace Gearpump.Search.Copying;

/// <summary>Objects by identity, numbered in the order in which they came. Cleared in one step, for it is used for every state.</summary>
internal sealed class ObjectTable
{
    private int[] _slots = new int[1 << 13];
    private (object Key, object Value)[] _items = new (object, object)[1 << 12];

    public int Count { get; private set; }

    public object KeyAt(int index) => _items[index].Key;

    public object ValueAt(int index) => _items[index].Value;

    public void SetValue(int index, object value) => _items[index].Value = value;

    /// <summary>The object's number; it is given the next one where it is new.</summary>
    public int Add(object key, out bool isNew)
    {
        var mask = _slots.Length - 1;
        for (var at = RuntimeHelpers.GetHashCode(key) & mask; ; at = (at + 1) & mask)
        {
            var index = _slots[at] - 1;
            if (index < 0)
            {
                if (2 * (Count + 1) > _slots.Length)
                {
                    Grow();
                    return Add(key, out isNew);
                }

                _items[Count] = (key, key);
                _slots[at] = ++Count;
                isNew = true;
                return Count - 1;
            }

            if (ReferenceEquals(_items[index].Key, key))
            {
                isNew = false;
                return index;
            }
        }
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_items, 0, Count);
        Count = 0;
    }

    private void Grow()
    {
        Array.Resize(ref _items, 2 * _items.Length);
        _slots = new int[2 * _slots.Length];
        for (var index = 0; index < Count; index++)
        {
            var mask = _slots.Length - 1;
            var at = RuntimeHelpers.GetHashCode(_items[index].Key) & mask;
            while (_slots[at] != 0)
            {
                at = (at + 1) & mask;
            }

            _slots[at] = index + 1;
        }
    }
}

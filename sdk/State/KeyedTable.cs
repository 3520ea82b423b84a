using System.Buffers;
using Gearpump.Runtime;

namespace Gearpump.State;

/// <summary>Keyed state: a cursor over the entries of the task's key groups. No object a key, nothing allocated a record.</summary>
internal sealed class KeyedTable<T>(string step, T zero, Serde<T> serde, KeyGroupRange range) : IStateStore<T>
{
    private readonly GroupTable<T>[] _groups = Enumerable.Range(range.Start, range.End - range.Start).Select(_ => new GroupTable<T>()).ToArray();
    private readonly List<Change> _journal = [];
    private GroupTable<T>? _group;
    private ulong _hash;
    private ReadOnlyMemory<byte> _key;
    private int _entry = -1;

    public string Step => step;

    public bool IsKeyed => true;

    public T Value
    {
        get => _entry < 0 ? zero : Group[_entry];
        set
        {
            var group = Group;
            if (_entry < 0)
            {
                _entry = group.Add(_hash, _key.Span, value);
                _journal.Add(new Change(group, _entry, zero, IsNew: true));
            }
            else
            {
                // Of many updates by one record only the first has something to go back to.
                if (_journal.Count == 0 || _journal[^1].Group != group || _journal[^1].Entry != _entry)
                {
                    _journal.Add(new Change(group, _entry, group[_entry], IsNew: false));
                }

                group.Set(_entry, value);
            }
        }
    }

    private GroupTable<T> Group => _group ?? throw new InvalidOperationException($"the state of step '{step}' was used outside of a message");

    public void Select(ulong hash, ReadOnlyMemory<byte> key)
    {
        var group = KeyGroups.Of(hash);
        if (!range.Contains(group))
        {
            throw new InvalidOperationException($"step '{step}': a key of group {group} came to the task of groups {range}");
        }

        _group = _groups[group - range.Start];
        (_hash, _key) = (hash, key);
        _entry = _group.Find(hash, key.Span);
    }

    /// <summary>All keys and values, for inspection.</summary>
    public IEnumerable<(ReadOnlyMemory<byte> Key, T Value)> Entries() => _groups.SelectMany(group => group.Entries());

    public void BeginRecord()
    {
        _journal.Clear();
        _group = null;
    }

    public void Undo()
    {
        for (var at = _journal.Count - 1; at >= 0; at--)
        {
            var change = _journal[at];
            if (change.IsNew)
            {
                change.Group.RemoveLast();
            }
            else
            {
                change.Group.Set(change.Entry, change.Before);
            }
        }

        _journal.Clear();
        _group = null;
    }

    public IFrozenState Freeze()
    {
        // What is in a cut cannot be undone: its arrays are shared now.
        _journal.Clear();
        return new Frozen(Array.ConvertAll(_groups, group => group.Freeze()), serde, range);
    }

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange wanted)
    {
        var at = 0;
        var version = StateEncoding.ReadHeader(encoded, serde, keyed: true, ref at);
        var (previous, entries) = (-1, 0);
        while (true)
        {
            var group = StateEncoding.ReadNumber(encoded, ref at);
            if (group == KeyGroups.Count)
            {
                break;
            }

            if (group <= previous || group > KeyGroups.Count)
            {
                throw new InvalidDataException($"group {group} stands behind group {previous}");
            }

            previous = group;
            var count = StateEncoding.ReadNumber(encoded, ref at);
            for (var entry = 0; entry < count; entry++)
            {
                entries++;
                var key = StateEncoding.ReadBytes(encoded, ref at);
                var value = StateEncoding.ReadValue(encoded, serde, version, ref at);
                var hash = KeyGroups.Hash(key.Span);
                if (KeyGroups.Of(hash) != group)
                {
                    throw new InvalidDataException($"a key of group {KeyGroups.Of(hash)} stands in group {group}");
                }

                if (wanted.Contains(group) && range.Contains(group))
                {
                    Put(_groups[group - range.Start], hash, key, value);
                }
            }
        }

        var announced = StateEncoding.ReadNumber(encoded, ref at);
        if (announced != entries || at != encoded.Length)
        {
            throw new InvalidDataException($"{announced} entries announced, {entries} found, {encoded.Length - at} bytes behind them");
        }
    }

    private static void Put(GroupTable<T> group, ulong hash, ReadOnlyMemory<byte> key, T value)
    {
        if (group.Find(hash, key.Span) >= 0)
        {
            throw new InvalidDataException("a key stands there twice");
        }

        group.Add(hash, key.Span, value);
    }

    private readonly record struct Change(GroupTable<T> Group, int Entry, T Before, bool IsNew);

    private sealed class Frozen(FrozenGroup<T>[] groups, Serde<T> serde, KeyGroupRange range) : IFrozenState
    {
        public KeyGroupRange Range => range;

        public int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes)
        {
            var counting = new CountingWriter(destination);
            StateEncoding.WriteHeader(counting, serde, keyed: true);
            var (group, entries) = (firstGroup, 0);
            for (; group < range.End; group++)
            {
                // At least one group a part, however small the limit: or it would never end.
                if (group > firstGroup && counting.Written >= softLimitBytes)
                {
                    break;
                }

                var frozen = groups[group - range.Start];
                if (frozen.Count > 0)
                {
                    StateEncoding.WriteNumber(counting, group);
                    StateEncoding.WriteNumber(counting, frozen.Count);
                    frozen.Encode(serde, counting);
                    entries += frozen.Count;
                }
            }

            StateEncoding.WriteNumber(counting, KeyGroups.Count);
            StateEncoding.WriteNumber(counting, entries);

            return group;
        }
    }

    private sealed class CountingWriter(IBufferWriter<byte> inner) : IBufferWriter<byte>
    {
        public long Written { get; private set; }

        public void Advance(int count)
        {
            Written += count;
            inner.Advance(count);
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
    }
}

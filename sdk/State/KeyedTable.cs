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
                _journal.Add(new Change(group, -1, zero));
            }
            else
            {
                _journal.Add(new Change(group, _entry, group[_entry]));
                group.Set(_entry, value);
            }
        }
    }

    private GroupTable<T> Group => _group ?? throw new InvalidOperationException($"the state of step '{step}' was used outside of a message");

    public void Select(ulong hash, ReadOnlyMemory<byte> key)
    {
        _group = _groups[KeyGroups.Of(hash) - range.Start];
        (_hash, _key) = (hash, key);
        _entry = _group.Find(hash, key.Span);
    }

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
            if (change.Entry < 0)
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

    public IFrozenState Freeze() => new Frozen(Array.ConvertAll(_groups, group => group.Freeze()), serde, range);

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange wanted)
    {
        var at = 0;
        var version = StateEncoding.ReadHeader(encoded, serde, keyed: true, ref at);
        while (at < encoded.Length)
        {
            var group = StateEncoding.ReadNumber(encoded, ref at);
            var count = StateEncoding.ReadNumber(encoded, ref at);
            for (var entry = 0; entry < count; entry++)
            {
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
    }

    private static void Put(GroupTable<T> group, ulong hash, ReadOnlyMemory<byte> key, T value)
    {
        if (group.Find(hash, key.Span) >= 0)
        {
            throw new InvalidDataException("a key stands there twice");
        }

        group.Add(hash, key.Span, value);
    }

    private readonly record struct Change(GroupTable<T> Group, int Entry, T Before);

    private sealed class Frozen(FrozenGroup<T>[] groups, Serde<T> serde, KeyGroupRange range) : IFrozenState
    {
        public KeyGroupRange Range => range;

        public int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes)
        {
            var counting = new CountingWriter(destination);
            StateEncoding.WriteHeader(counting, serde, keyed: true);
            var group = firstGroup;
            for (; group < range.End && counting.Written < softLimitBytes; group++)
            {
                var frozen = groups[group - range.Start];
                if (frozen.Count > 0)
                {
                    StateEncoding.WriteNumber(counting, group);
                    StateEncoding.WriteNumber(counting, frozen.Count);
                    frozen.Encode(serde, counting);
                }
            }

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

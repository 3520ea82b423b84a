using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gearpump.Runtime;
using Gearpump.Simulation.Oracles;

namespace Gearpump.Simulation.Graphs;

/// <summary>A count for each word, by key group. What is frozen is shared until it is changed.</summary>
internal sealed class WordState(SimWorld world, string step) : ITaskState
{
    private readonly SortedDictionary<string, long>?[] _groups = new SortedDictionary<string, long>?[KeyGroups.Count];
    private readonly bool[] _shared = new bool[KeyGroups.Count];
    private readonly List<(int Group, string Word, long Before)> _undo = [];

    public string Step => step;

    public bool IsKeyed => true;

    public KeyGroupRange Range { get; init; } = KeyGroupRange.All;

    public void BeginRecord() => _undo.Clear();

    public long Increment(ulong hash, string word, long stamp)
    {
        var group = KeyGroups.Of(hash);
        if (!Range.Contains(group))
        {
            throw world.Fail($"'{word}' of group {group} came to the task of {Range}");
        }

        var counts = Own(group);
        var before = counts.GetValueOrDefault(word);
        _undo.Add((group, word, before));
        counts[word] = world.Provenance.Counted(before, word, stamp);
        return ProvenanceOracle.CountOf(counts[word]);
    }

    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            var (group, word, before) = _undo[i];
            if (before == 0)
            {
                Own(group).Remove(word);
            }
            else
            {
                Own(group)[word] = before;
            }
        }

        _undo.Clear();
    }

    public IFrozenState Freeze()
    {
        Array.Fill(_shared, true);
        return new Frozen(Range, [.. _groups]);
    }

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range)
    {
        var rest = encoded.Span;
        while (!rest.IsEmpty)
        {
            var group = BinaryPrimitives.ReadInt32LittleEndian(rest);
            var count = BinaryPrimitives.ReadInt64LittleEndian(rest[4..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            var word = Encoding.UTF8.GetString(rest.Slice(16, length));
            rest = rest[(16 + length)..];
            if (range.Contains(group) && !Own(group).TryAdd(word, count))
            {
                throw world.Fail($"{step}: '{word}' is restored twice");
            }
        }
    }

    private SortedDictionary<string, long> Own(int group)
    {
        if (_shared[group] && _groups[group] is { } shared)
        {
            _groups[group] = new SortedDictionary<string, long>(shared, StringComparer.Ordinal);
        }

        _shared[group] = false;
        return _groups[group] ??= new SortedDictionary<string, long>(StringComparer.Ordinal);
    }

    private sealed class Frozen(KeyGroupRange range, SortedDictionary<string, long>?[] groups) : IFrozenState
    {
        public KeyGroupRange Range => range;

        public int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes)
        {
            var written = 0;
            var group = Math.Max(firstGroup, range.Start);
            for (; group < range.End && written < softLimitBytes; group++)
            {
                foreach (var (word, count) in groups[group] ?? [])
                {
                    var bytes = Encoding.UTF8.GetBytes(word);
                    var span = destination.GetSpan(16 + bytes.Length);
                    BinaryPrimitives.WriteInt32LittleEndian(span, group);
                    BinaryPrimitives.WriteInt64LittleEndian(span[4..], count);
                    BinaryPrimitives.WriteInt32LittleEndian(span[12..], bytes.Length);
                    bytes.CopyTo(span[16..]);
                    destination.Advance(16 + bytes.Length);
                    written += 16 + bytes.Length;
                }
            }

            return group;
        }
    }
}

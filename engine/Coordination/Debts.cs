using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>What committed cuts still owe to the outside, and what the publishers have paid of it.</summary>
internal sealed class Debts
{
    private readonly Dictionary<(string System, uint Number), Paid> _paid = [];
    private List<Segment> _owed = [];

    public long Bytes { get; private set; }

    public int Segments => _owed.Count;

    /// <summary>The newest markers that publishers have reported.</summary>
    public IEnumerable<Paid> Paid => _paid.Values.OrderBy(paid => paid.System, StringComparer.Ordinal).ThenBy(paid => paid.Publisher);

    /// <summary>What a committed manifest says.</summary>
    public void Load(Manifest manifest)
    {
        foreach (var paid in manifest.Paid)
        {
            Pay(paid);
        }

        _owed = manifest.Owed.Where(segment => !IsPaid(segment)).ToList();
        Bytes = _owed.Sum(segment => (long)segment.Length);
    }

    /// <summary>A publisher reports its marker.</summary>
    public void Pay(Paid marker)
    {
        var key = (marker.System, marker.Publisher);
        if (_paid.TryGetValue(key, out var before) && (before.Cut, before.Segments).CompareTo((marker.Cut, marker.Segments)) >= 0)
        {
            return;
        }

        _paid[key] = marker;
        _owed = _owed.Where(segment => !IsPaid(segment)).ToList();
        Bytes = _owed.Sum(segment => (long)segment.Length);
    }

    /// <summary>What the next manifest owes: what is unpaid, and behind it the new cut's, numbered for each publisher.</summary>
    public IEnumerable<Segment> With(long cut, IEnumerable<CutPart> parts)
    {
        var next = new Dictionary<(string, uint), uint>();
        var added = new List<Segment>();
        foreach (var segment in parts.SelectMany(part => part.Segments))
        {
            var key = (segment.System, segment.Publisher);
            var index = next.GetValueOrDefault(key);
            next[key] = index + 1;
            var owed = segment.Clone();
            owed.Cut = (ulong)cut;
            owed.Index = index;
            added.Add(owed);
        }

        return _owed.Concat(added);
    }

    private bool IsPaid(Segment segment) =>
        _paid.TryGetValue((segment.System, segment.Publisher), out var paid)
        && (segment.Cut < paid.Cut || (segment.Cut == paid.Cut && segment.Index < paid.Segments));
}

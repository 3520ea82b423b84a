using System.Text;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>The outside system that is published to: the newest session, the marker, and what readers see.</summary>
internal sealed class OutsideTarget
{
    private readonly StringBuilder _published = new();
    private int _sessions;

    public PublishMarker? Marker { get; private set; }

    /// <summary>The counts that stand there; each is one digit.</summary>
    public int Published => _published.Length;

    public SearchSession Open() => new(++_sessions);

    public bool IsNewest(SearchSession session) => session.Number == _sessions;

    /// <summary>Writes segments and marker. Returns what is wrong with that; null: nothing.</summary>
    public string? Apply(IReadOnlyList<Segment> segments, PublishMarker marker, SearchStore store)
    {
        if (Marker is { } before && marker.CompareTo(before) <= 0)
        {
            return $"marker {marker} is published after {before}";
        }

        if (!store.Log.Any(item => item.Entry!.Manifest is not null && (long)item.Entry.Cut == marker.Cut))
        {
            return $"cut {marker.Cut} is published, and no manifest in the log commits it";
        }

        Marker = marker;
        foreach (var segment in segments)
        {
            foreach (var letter in segment.Inline.Span)
            {
                _published.Append((char)letter);
                if (letter - '0' != _published.Length)
                {
                    return $"the output is {_published}: every count has to be there once, in order";
                }
            }
        }

        return null;
    }
}

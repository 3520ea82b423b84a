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

    public Request Opening(WorkerHost worker, Action<IPublishSession?, string?> answer) => new(worker, "opens a session", false, _ =>
    {
        var session = new SearchSession(++_sessions);
        worker.Soon(() => answer(session, null));
    }, null);

    public Request ReadingMarker(WorkerHost worker, Action<PublishMarker?, string?> answer) => new(worker, "reads the marker", false, _ =>
    {
        var marker = Marker;
        worker.Soon(() => answer(marker, null));
    }, null);

    public Request Publishing(WorkerHost worker, SearchSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer) =>
        new(worker, $"publishes cut {marker.Cut} in session {session.Number}", true, answers =>
        {
            var fenced = session.Number == _sessions ? null : "a newer session was opened";
            if (fenced is null && Apply(segments, marker, worker.World.Store) is { } wrong)
            {
                worker.World.Fail($"{worker.Name}: {wrong}");
            }

            if (answers)
            {
                worker.Soon(() => answer(fenced));
            }
        }, () => worker.Soon(() => answer("no answer")));

    // Writes segments and marker. Returns what is wrong with that; null: nothing.
    private string? Apply(IReadOnlyList<Segment> segments, PublishMarker marker, SearchStore store)
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

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Publishing: the newest epoch, a fenced session, the marker in every session, owed cuts in order, each once.</summary>
internal static class PublishingBugs
{
    private const string Area = "Publishing";
    private const string Publisher = "engine/Publishing/Publisher.cs";

    private static readonly SourceEdit OlderEpoch = new(Publisher, "if ((long)newest.Epoch > epoch.Epoch)", "if ((long)newest.Epoch > long.MaxValue - epoch.Epoch)");

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "marker-read-once", "the marker is read in the first session only")
        {
            Edits = [new(Publisher, "ReadMarker(entry, index, session);\n        });", "if (_markerRead)\n            {\n                Publish(entry, index, session);\n                return;\n            }\n\n            ReadMarker(entry, index, session);\n        });")],
            Profile = "publications",
        },
        new(Area, "marker-read-before-fencing", "the marker is read, and then the session opened that publishes")
        {
            Edits =
            [
                new(
                    Publisher,
                    "_host.Publish(session, segments, next, error =>\n        {\n            _host.CloseSession(session);",
                    "_host.OpenSession(output, _id, (fresh, _) => _host.Publish(fresh ?? session, segments, next, error =>\n        {\n            _host.CloseSession(session);"),
                new(Publisher, "Settled();\n            CheckInstance();\n        });", "Settled();\n            CheckInstance();\n        }));"),
            ],
            Profile = "fencing",
        },
        new(Area, "marker-not-looked-at", "what is owed is published whatever the marker says")
        {
            Edits = [new(Publisher, "segment.Publisher == number && !IsPaid(segment)).ToList();", "segment.Publisher == number).ToList();")],
        },
        new(Area, "failed-publication-counts", "a publication that has failed counts as done")
        {
            Edits = [new(Publisher, "if (error is not null)\n            {\n                TakeLess(segments);\n                Again(error);\n                return;\n            }", "_ = error;")],
            Profile = "publications",
        },
        new(Area, "newest-cut-first", "of several owed cuts the newest is published first")
        {
            Edits = [new(Publisher, "owed.TakeWhile(segment => segment.Cut == owed[0].Cut).ToList();", "owed.Where(segment => segment.Cut == owed[^1].Cut).ToList();"), new(Publisher, "new PublishMarker((long)owed[0].Cut,", "new PublishMarker((long)owed[^1].Cut,")],
            Profile = "publications",
        },
        new(Area, "part-counts-as-whole", "the marker of a part of a cut says that the whole cut is out")
        {
            Edits = [new(Publisher, "whole ? PublishMarker.WholeCut : (int)segments[^1].Index + 1", "PublishMarker.WholeCut")],
            Profile = "publications",
        },
        new(Area, "part-off-by-one", "the marker of a part of a cut is one segment behind")
        {
            Edits = [new(Publisher, "whole ? PublishMarker.WholeCut : (int)segments[^1].Index + 1", "whole ? PublishMarker.WholeCut : (int)segments[^1].Index")],
            Profile = "publications",
        },
        new(Area, "anomaly-not-read-again", "a marker that is too new fails the job before the log has been read once more")
        {
            Edits = [new(Publisher, "private const int AnomaliesMax = 3;", "private const int AnomaliesMax = 1;")],
            HiddenBy = "a marker can be too new only for a publisher of an older epoch, and what an older epoch asks for is ignored; see asks-of-old-epochs",
        },
        new(Area, "older-epoch-publishes", "a publisher does not look whether its epoch is the newest")
        {
            Edits = [OlderEpoch],
            HiddenBy = "it opens a session of its own, reads the marker, and pays what the newest manifest owes: whoever does that does it right; see publishes-what-it-was-told",
        },
        new(Area, "publishes-what-it-was-told", "nor for a newer manifest than the one that it was told of")
        {
            Edits = [OlderEpoch, new(Publisher, "OpenNewest(keys, keys.Count - 1, newest);", "ReadEntry(keys[0], told => OpenNewest(keys, 0, told));")],
            HiddenBy = "the marker is read in the session that publishes, so what another has paid meanwhile is not paid again; see marker-read-before-fencing",
        },
        new(Area, "segment-index-not-numbered", "the segments of a cut are not numbered for each publisher")
        {
            Edits = [new("engine/Coordination/Debts.cs", "owed.Index = index;", "owed.Index = 0;")],
            Profile = "publications",
        },
        new(Area, "trouble-outside-fails-the-job", "a publisher that meets trouble outside fails the job, and does not try again")
        {
            Edits = [new(Publisher, "_stalled = why;\n            stateChanged();", "_stalled = why;\n            jobFails(why);")],
            Profile = "publications",
        },
    ];
}

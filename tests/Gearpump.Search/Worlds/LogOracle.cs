using Gearpump.Engine.Log;
using Gearpump.Protocol.V1;
using Gearpump.Search.Graphs;
using Gearpump.Search.Hosts;

namespace Gearpump.Search.Worlds;

/// <summary>The log has one history, whoever writes it and whenever a write lands.</summary>
internal static class LogOracle
{
    /// <summary>What is wrong with the log after an entry has come; null: nothing.</summary>
    public static string? Check(SearchStore store)
    {
        StoredObject? before = null;
        StoredObject? ended = null;
        var manifests = new Dictionary<ulong, StoredObject>();
        var epoch = store.Log.FirstOrDefault()?.Entry!.Epoch ?? 0;
        foreach (var item in store.Log)
        {
            var entry = item.Entry!;
            // Old entries are deleted, from the lowest up.
            if (before is not null && item.Index != before.Index + 1)
            {
                return $"the log has a gap before entry {item.Index}";
            }

            if (before is not null && entry.Term < before.Entry!.Term)
            {
                return $"{Name(item)} stands behind {Name(before)}, of a newer term";
            }

            if (ended is not null && entry.TermStarted is null)
            {
                return $"{Name(item)} stands behind {Name(ended)}";
            }

            ended ??= entry.Ended is null ? null : item;
            if (entry.EpochStarted is not null)
            {
                if (entry.Epoch != epoch + 1)
                {
                    return $"{Name(item)} follows epoch {epoch}";
                }

                epoch = entry.Epoch;
            }

            if (entry.Epoch != epoch)
            {
                return $"{Name(item)} stands in epoch {epoch}";
            }

            if (entry.Manifest is not null && OfManifest(item, manifests) is { } wrong)
            {
                return wrong;
            }

            before = item;
        }

        return null;
    }

    /// <summary>A coordinator tells only of what stands in the log.</summary>
    public static string? CheckTold(CoordinatorState state, SearchStore store)
    {
        if (state.ManifestIndex > 0 && Find(store, state.Instance, state.ManifestIndex) is var manifest && (manifest?.Entry!.Manifest is null || manifest.Entry.Cut != state.ManifestCut))
        {
            return $"tells of cut {state.ManifestCut} as committed by entry {state.ManifestIndex}; there stands {(manifest is null ? "nothing" : LogOracle.Name(manifest))}";
        }

        if (state.EpochIndex > 0 && Find(store, state.Instance, state.EpochIndex) is var epoch && (epoch?.Entry!.EpochStarted is null || epoch.Entry.Epoch != state.Epoch))
        {
            return $"tells of epoch {state.Epoch} as begun by entry {state.EpochIndex}; there stands {(epoch is null ? "nothing" : LogOracle.Name(epoch))}";
        }

        if (state.CheckpointClockMs > state.MinClockMs)
        {
            return $"has checkpoint clock {state.CheckpointClockMs} above min clock {state.MinClockMs}";
        }

        return null;
    }

    public static string Name(StoredObject item) =>
        $"entry {item.Index} ({item.Entry!.BodyCase} by {item.Entry.Writer}, term {item.Entry.Term}, epoch {item.Entry.Epoch}, cut {item.Entry.Cut})";

    private static StoredObject? Find(SearchStore store, string instance, ulong index) =>
        store.Find(StoreKeys.LogEntry(SearchGraphs.Job, instance, (long)index));

    private static string? OfManifest(StoredObject item, Dictionary<ulong, StoredObject> manifests)
    {
        var entry = item.Entry!;
        if (manifests.TryGetValue(entry.Cut, out var other))
        {
            return $"cut {entry.Cut} is committed twice: {Name(other)}, {Name(item)}";
        }

        if (manifests.Count > 0)
        {
            if (!manifests.TryGetValue(entry.Cut - 1, out var previous))
            {
                return $"{Name(item)} follows another cut than the one before";
            }

            var older = previous.Entry!.Manifest;
            if (entry.Manifest.ClockMs < older.ClockMs)
            {
                return $"{Name(item)} takes the checkpoint clock back from {older.ClockMs} to {entry.Manifest.ClockMs}";
            }

            if (older.Paid.Any(paid => !entry.Manifest.Paid.Any(now => (now.Cut, now.Segments).CompareTo((paid.Cut, paid.Segments)) >= 0)))
            {
                return $"{Name(item)} has less paid than the manifest before";
            }
        }

        manifests.Add(entry.Cut, item);
        return null;
    }
}

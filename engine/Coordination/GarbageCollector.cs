using Gearpump.Engine.Log;
using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>
/// Deletes what no kept manifest names: objects of cuts below the newest, and of the newest cut in other epochs. Those above
/// belong to the open cut and are never touched. The log is deleted from the lowest entry up.
/// </summary>
internal sealed class GarbageCollector(string job, int manifestsKept, IStorePort store)
{
    private const int DeletesAtOnce = 16;
    private readonly Queue<(long Index, long Cut, long Epoch, HashSet<string> Keys)> _kept = new();
    private readonly Queue<string> _doomed = new();
    private string _instance = "";
    private int _underWay;
    private bool _listing;
    private bool _logUnderWay;
    private int _commits;

    /// <summary>The log is read, perhaps once more: what was known of it before counts no more, or a manifest that is found twice would push out one that is kept.</summary>
    public void Begin(string instance)
    {
        _instance = instance;
        _kept.Clear();
        _doomed.Clear();
    }

    /// <summary>A manifest stands in the log: it counts as kept. Nothing is collected: who reads the log has not won it yet.</summary>
    public void Found(long index, LogEntry entry)
    {
        var keys = entry.Manifest.Objects.Select(item => item.Key).Concat(entry.Manifest.Owed.Select(segment => segment.Key)).Where(key => key.Length > 0);
        _kept.Enqueue((index, (long)entry.Cut, (long)entry.Epoch, keys.ToHashSet(StringComparer.Ordinal)));
        Trim();
    }

    /// <summary>A manifest was committed: now and then what it has replaced is collected.</summary>
    public void Committed()
    {
        if (++_commits % 4 == 0 && !_listing && _doomed.Count == 0 && _underWay == 0)
        {
            Collect();
        }
    }

    // Not between the two lists: what the log still had when it was listed stays there, whatever has been committed since.
    private void Trim()
    {
        while (_kept.Count > manifestsKept && !_listing)
        {
            _kept.Dequeue();
        }
    }

    // The log first: no manifest that still stands there may name an object that is gone.
    private void Collect()
    {
        _listing = true;
        var oldest = _kept.Peek().Index;
        store.List(StoreKeys.Log(job, _instance), null, result =>
        {
            if (result.Keys is not { } entries)
            {
                EndListing();
                return;
            }

            foreach (var key in entries)
            {
                if (StoreKeys.TryLastNumber(key, out var index) && index < oldest)
                {
                    _doomed.Enqueue(key);
                }
            }

            CollectObjects();
        });
    }

    private void CollectObjects()
    {
        var prefix = StoreKeys.Cuts(job, _instance);
        store.List(prefix, null, result =>
        {
            var newest = _kept.Last();
            foreach (var key in result.Keys ?? [])
            {
                if (StoreKeys.TryCutAndEpoch(key, prefix, out var cut, out var epoch)
                    && (cut < newest.Cut || (cut == newest.Cut && epoch != newest.Epoch))
                    && !_kept.Any(manifest => manifest.Keys.Contains(key)))
                {
                    _doomed.Enqueue(key);
                }
            }

            EndListing();
            DeleteNext();
        });
    }

    private void EndListing()
    {
        _listing = false;
        Trim();
    }

    // Log entries one at a time, from the lowest up, so that no gap stands behind what is left; a failure ends the round.
    private void DeleteNext()
    {
        while (_underWay < DeletesAtOnce && _doomed.TryPeek(out var key))
        {
            var isLog = key.StartsWith(StoreKeys.Log(job, _instance), StringComparison.Ordinal);
            if (_logUnderWay)
            {
                return;
            }

            _doomed.Dequeue();
            _underWay++;
            _logUnderWay = isLog;
            store.Delete(key, gone =>
            {
                _underWay--;
                if (isLog)
                {
                    _logUnderWay = false;
                    if (!gone)
                    {
                        _doomed.Clear();
                    }
                }

                DeleteNext();
            });
        }
    }
}

using Gearpump.Engine.Log;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Publishing;

/// <summary>
/// Writes the segments of committed cuts to one outside system, in the order of the cuts, each once. One loop and no other
/// path: is this epoch still the newest? open a fenced session, read the marker, write the next owed cut together with the
/// next marker, and again. On any error it starts again from the top; it never asks for a rollback.
/// </summary>
internal sealed class Publisher(
    WorkerContext context, EpochIdentity epoch, string system, int number, IOutput output, Action<string> jobFails, Action stateChanged)
{
    private const int AnomaliesMax = 3;
    private readonly IWorkerHost _host = context.Host;
    private readonly Backoff _backoff = new(context.Host, 50, 5_000);
    private readonly PublisherId _id = new(context.Graph.Job, epoch.Instance, number);
    private long _manifestIndex = -1;
    private long _settledIndex = -1;
    private PublishMarker? _marker;
    private bool _markerRead;
    private bool _busy;
    private bool _over;
    private int _anomalies;
    private long _bytesMost = output.PublicationBytesMax;
    private string _stalled = "";

    /// <summary>A manifest was committed.</summary>
    public void OnManifest(long index, long cut)
    {
        if (index > _manifestIndex)
        {
            _manifestIndex = index;
            Begin();
        }
    }

    public PublisherReport Report()
    {
        var report = new PublisherReport { System = system, Number = (uint)number, MarkerRead = _markerRead, Stalled = _stalled };
        if (_marker is { } marker)
        {
            report.Marker = new Paid { System = system, Publisher = (uint)number, Cut = (ulong)marker.Cut, Segments = (uint)marker.Segments };
        }

        return report;
    }

    public void Stop() => _over = true;

    private void Begin()
    {
        if (!_busy && !_over && _manifestIndex > _settledIndex)
        {
            _busy = true;
            CheckInstance();
        }
    }

    private void CheckInstance() => _host.Store.List(StoreKeys.Instances(context.Graph.Job), null, result =>
    {
        if (_over)
        {
            return;
        }

        if (result.Keys is not { Count: > 0 } keys)
        {
            Again(result.Error ?? "the job has no instance");
            return;
        }

        _host.Store.Get(keys[^1], found =>
        {
            if (_over)
            {
                return;
            }

            if (found.Bytes is not { } bytes)
            {
                Again(found.Error ?? $"{keys[^1]} is missing");
            }
            else if (System.Text.Encoding.UTF8.GetString(bytes.Span) is var newest && newest != epoch.Instance)
            {
                End($"instance {newest} has taken the place of {epoch.Instance}");
            }
            else
            {
                CheckLog();
            }
        });
    });

    // The highest entry tells which epoch is the newest; the manifest to pay is the newest one, whoever told of it.
    private void CheckLog()
    {
        var index = _manifestIndex;
        _host.Store.List(StoreKeys.Log(context.Graph.Job, epoch.Instance), StoreKeys.LogEntry(context.Graph.Job, epoch.Instance, index - 1), result =>
        {
            if (_over)
            {
                return;
            }

            if (result.Keys is not { Count: > 0 } keys)
            {
                Again(result.Error ?? $"log entry {index} is not there");
                return;
            }

            ReadEntry(keys[^1], newest =>
            {
                if ((long)newest.Epoch > epoch.Epoch)
                {
                    End($"epoch {newest.Epoch} has begun");
                }
                else
                {
                    OpenNewest(keys, keys.Count - 1, newest);
                }
            });
        });
    }

    // Down from the highest entry to the first manifest: a term, or an epoch, may stand behind one that nobody has told us of yet.
    private void OpenNewest(IReadOnlyList<string> keys, int at, LogEntry entry)
    {
        if (entry.Manifest is not null && StoreKeys.TryLastNumber(keys[at], out var index))
        {
            // A session is opened for what is owed. Once the marker has been read, having nothing to pay needs none.
            if (_markerRead && OwedOf(entry).Count == 0)
            {
                Rest(index);
            }
            else
            {
                Open(entry, index);
            }
        }
        else if (at == 0)
        {
            Again($"no manifest from {keys[0]} on");
        }
        else
        {
            ReadEntry(keys[at - 1], below => OpenNewest(keys, at - 1, below));
        }
    }

    private void ReadEntry(string key, Action<LogEntry> read) => _host.Store.Get(key, result =>
    {
        if (_over)
        {
            return;
        }

        if (result.Bytes is not { } bytes)
        {
            Again(result.Error ?? $"{key} is missing");
        }
        else if (!JobLog.TryParse(key, bytes, out var entry, out var reason))
        {
            Again(reason);
        }
        else
        {
            read(entry);
        }
    });

    private void Open(LogEntry entry, long index)
    {
        _host.OpenSession(output, _id, (session, error) =>
        {
            if (session is null)
            {
                if (!_over)
                {
                    Again(error ?? "no session");
                }

                return;
            }

            if (_over)
            {
                _host.CloseSession(session);
                return;
            }

            ReadMarker(entry, index, session);
        });
    }

    private void ReadMarker(LogEntry entry, long index, IPublishSession session) => _host.ReadMarker(session, (marker, error) =>
    {
        if (_over || error is not null)
        {
            _host.CloseSession(session);
            if (!_over)
            {
                Again(error!);
            }

            return;
        }

        if (Anomaly(entry, marker) is { } anomaly)
        {
            // A newer epoch may have published meanwhile: the log is read again before the job is failed.
            _host.CloseSession(session);
            if (++_anomalies >= AnomaliesMax)
            {
                _stalled = anomaly;
                jobFails(anomaly);
            }
            else
            {
                Again(anomaly);
            }

            return;
        }

        _anomalies = 0;
        _markerRead = true;
        Learn(marker);
        Publish(entry, index, session);
    });

    private string? Anomaly(LogEntry entry, PublishMarker? marker)
    {
        var paid = entry.Manifest.Paid.FirstOrDefault(candidate => candidate.System == system && candidate.Publisher == number);
        if (marker is { } found && found.Cut > (long)entry.Cut)
        {
            return $"output {system} has cut {found.Cut} published, the job's newest is {entry.Cut}: was the state replaced by an older one?";
        }

        if (paid is null || (long)paid.Cut < 1)
        {
            return null;
        }

        var paidMarker = new PublishMarker((long)paid.Cut, (int)paid.Segments);
        return marker is null || marker.Value.CompareTo(paidMarker) < 0
            ? $"output {system} has {(marker is { } before ? $"cut {before.Cut}" : "nothing")} published, the job had paid cut {paid.Cut}: were outputs deleted?"
            : null;
    }

    private void Publish(LogEntry entry, long index, IPublishSession session)
    {
        var owed = OwedOf(entry);
        if (owed.Count == 0)
        {
            _host.CloseSession(session);
            Rest(index);
            return;
        }

        var (segments, next) = NextOf(owed);
        _host.Failpoint("before-publish");
        _host.Publish(session, segments, next, error =>
        {
            _host.CloseSession(session);
            if (_over)
            {
                return;
            }

            if (error is not null)
            {
                TakeLess(segments);
                Again(error);
                return;
            }

            TakeMore();
            _host.Failpoint("after-publish");
            Learn(next);
            Settled();
            CheckInstance();
        });
    }

    private List<Segment> OwedOf(LogEntry entry) =>
        entry.Manifest.Owed.Where(segment => segment.System == system && segment.Publisher == number && !IsPaid(segment)).ToList();

    // It may have been too much for the time there is: the next attempt takes half of it, one segment at least. Where cuts are
    // published whole there is nothing to choose.
    private void TakeLess(List<Segment> segments)
    {
        if (output.PublicationBytesMax < long.MaxValue)
        {
            _bytesMost = Math.Max(1, segments.Sum(segment => (long)segment.Length) / 2);
        }
    }

    private void TakeMore() => _bytesMost = _bytesMost < output.PublicationBytesMax / 2 ? 2 * _bytesMost : output.PublicationBytesMax;

    private void Rest(long index)
    {
        (_settledIndex, _busy) = (index, false);
        Settled();
        Begin();
    }

    // Of one cut as much as fits into a publication: whole segments, and one at least.
    private (List<Segment> Segments, PublishMarker Next) NextOf(List<Segment> owed)
    {
        var ofCut = owed.TakeWhile(segment => segment.Cut == owed[0].Cut).ToList();
        var bytes = 0L;
        var segments = ofCut.TakeWhile((segment, index) => (bytes += (long)segment.Length) <= _bytesMost || index == 0).ToList();
        var whole = segments.Count == ofCut.Count;
        return (segments, new PublishMarker((long)owed[0].Cut, whole ? PublishMarker.WholeCut : (int)segments[^1].Index + 1));
    }

    private bool IsPaid(Segment segment) =>
        _marker is { } marker && ((long)segment.Cut < marker.Cut || ((long)segment.Cut == marker.Cut && segment.Index < marker.Segments));

    private void Learn(PublishMarker? marker)
    {
        if (marker is { } found && (_marker is null || found.CompareTo(_marker.Value) > 0))
        {
            _marker = found;
            stateChanged();
        }
    }

    private void Settled()
    {
        _backoff.Reset();
        if (_stalled.Length > 0)
        {
            _host.Log(MachineLogLevel.Information, $"output {system} goes on");
            _stalled = "";
            stateChanged();
        }
    }

    private void Again(string why)
    {
        if (_stalled != why)
        {
            _host.Log(MachineLogLevel.Warning, $"output {system} stalls: {why}");
            _stalled = why;
            stateChanged();
        }

        context.Timers.After(_backoff.NextMs(), () =>
        {
            if (!_over)
            {
                CheckInstance();
            }
        });
    }

    private void End(string why)
    {
        _over = true;
        _host.Log(MachineLogLevel.Information, $"publisher {_id} of {system} ends: {why}");
    }
}

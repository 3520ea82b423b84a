using Gearpump.Engine.Ports;
using Gearpump.Protocol.V1;
using Google.Protobuf;

namespace Gearpump.Engine.Log;

/// <summary>
/// Reads and appends the job's log. Appending creates the object at the next index only if it is absent; whoever finds it
/// taken by another, or a higher one after its own, is fenced. This, and not a lease, is what keeps one history.
/// </summary>
internal sealed class JobLog(string job, string writer, int manifestsKept, IMachineHost host, IStorePort store, Timers timers)
{
    private readonly Backoff _backoff = new(host);
    private string _instance = "";
    private long _number;
    private long _last = -1;
    private bool _appending;

    /// <summary>The index of the last entry that was read or written; −1 where there is none.</summary>
    public long LastIndex => _last;

    /// <summary>What the store said last, while it does not answer; empty otherwise.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>Finds the current instance (a new one where there is none, or where <paramref name="fresh"/>) and reads its log.</summary>
    public void Load(bool fresh, string newInstance, Action<LogContents> loaded, Action<string> damaged) =>
        List(StoreKeys.Instances(job), keys =>
        {
            var numbers = keys.Select(key => StoreKeys.TryLastNumber(key, out var number) ? number : -1).Where(number => number > 0).ToList();
            var newest = numbers.Count == 0 ? 0 : numbers.Max();
            if (newest > 0 && !fresh)
            {
                Get(StoreKeys.Instance(job, newest), bytes =>
                {
                    (_instance, _number) = (System.Text.Encoding.UTF8.GetString(bytes.Span), newest);
                    ReadLog(loaded, damaged);
                }, damaged);
                return;
            }

            Create(StoreKeys.Instance(job, newest + 1), System.Text.Encoding.UTF8.GetBytes(newInstance), _ =>
                Load(false, newInstance, loaded, damaged));
        });

    /// <summary>Appends an entry. Answers with its index, or with why this coordinator is fenced.</summary>
    public void Append(LogEntry entry, Action<long> appended, Action<string> fenced)
    {
        if (_appending)
        {
            throw new InvalidOperationException("an entry is being appended already");
        }

        _appending = true;
        entry.Format = ProtocolVersion.LogFormat;
        entry.Job = job;
        entry.Instance = _instance;
        entry.Writer = writer;
        entry.WrittenMs = host.WallMs;
        var index = _last + 1;
        var bytes = entry.ToByteArray();
        Create(StoreKeys.LogEntry(job, _instance, index), bytes, exists =>
        {
            if (!exists)
            {
                CheckNothingHigher(index, appended, fenced);
                return;
            }

            Get(StoreKeys.LogEntry(job, _instance, index), found =>
            {
                if (found.Span.SequenceEqual(bytes))
                {
                    CheckNothingHigher(index, appended, fenced);
                }
                else
                {
                    Fence($"log entry {index} is another coordinator's", fenced);
                }
            }, reason => Fence(reason, fenced));
        });
    }

    /// <summary>Whether somebody else has written behind our last entry, or begun a newer instance of the job.</summary>
    public void LookForSuccessor(Action<bool> answer)
    {
        var (last, number) = (_last, _number);
        store.List(StoreKeys.Instances(job), StoreKeys.Instance(job, number), instances =>
        {
            if (instances.Keys is { Count: > 0 })
            {
                answer(!_appending && number == _number);
                return;
            }

            store.List(StoreKeys.Log(job, _instance), last < 0 ? null : StoreKeys.LogEntry(job, _instance, last), result =>
                answer(!_appending && last == _last && result.Keys is { Count: > 0 }));
        });
    }

    private void CheckNothingHigher(long index, Action<long> appended, Action<string> fenced) =>
        List(StoreKeys.Log(job, _instance), StoreKeys.LogEntry(job, _instance, index), keys =>
        {
            if (keys.Count > 0)
            {
                Fence($"the log goes on behind entry {index}, which this coordinator wrote", fenced);
                return;
            }

            _last = index;
            _appending = false;
            appended(index);
        });

    private void Fence(string reason, Action<string> fenced)
    {
        _appending = false;
        fenced(reason);
    }

    private void ReadLog(Action<LogContents> loaded, Action<string> damaged) =>
        List(StoreKeys.Log(job, _instance), keys =>
        {
            var indexes = keys.Select(key => StoreKeys.TryLastNumber(key, out var index) ? index : -1).Where(index => index >= 0).ToHashSet();
            _last = indexes.Count == 0 ? -1 : indexes.Max();
            ReadDown(_last, indexes, [], 0, loaded, damaged);
        });

    // From the highest down to the first gap: what lies below a gap was created late, by a coordinator that is no more.
    private void ReadDown(long index, HashSet<long> indexes, List<(long, LogEntry)> entries, int manifests, Action<LogContents> loaded, Action<string> damaged)
    {
        if (index < 0 || !indexes.Contains(index) || manifests == manifestsKept)
        {
            if (index >= 0 && manifests == 0)
            {
                damaged($"the log of {job}/{_instance} has no entry {index}, and no manifest above it");
                return;
            }

            Finish(entries, loaded);
            return;
        }

        var key = StoreKeys.LogEntry(job, _instance, index);
        Get(key, bytes =>
        {
            if (!TryParse(key, bytes, out var entry, out var reason))
            {
                damaged(reason);
                return;
            }

            entries.Add((index, entry));
            ReadDown(index - 1, indexes, entries, manifests + (entry.Manifest is null ? 0 : 1), loaded, damaged);
        }, missing =>
        {
            // Old entries are deleted from the lowest up, perhaps just now, behind manifests that are enough.
            if (manifests > 0)
            {
                Finish(entries, loaded);
            }
            else
            {
                damaged(missing);
            }
        });
    }

    private void Finish(List<(long, LogEntry)> entries, Action<LogContents> loaded)
    {
        entries.Reverse();
        loaded(new LogContents(_instance, _number, entries));
    }

    /// <summary>Reads an entry's bytes, which are untrusted.</summary>
    public static bool TryParse(string key, ReadOnlyMemory<byte> bytes, out LogEntry entry, out string reason)
    {
        entry = new LogEntry();
        try
        {
            entry = Gearpump.Protocol.V1.LogEntry.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            reason = $"log entry {key} is damaged: {e.Message}";
            return false;
        }

        reason = entry.Format == ProtocolVersion.LogFormat
            ? ""
            : $"log entry {key} has format {entry.Format}, this program reads {ProtocolVersion.LogFormat}";
        return reason.Length == 0;
    }

    /// <summary>Creates until the outcome is known: a create that timed out is repeated unchanged. True: something stood there before.</summary>
    private void Create(string key, byte[] bytes, Action<bool> done) => store.Create(key, bytes, result =>
    {
        if (result.Outcome == PutOutcome.Unknown)
        {
            Retry(result.Error, () => Create(key, bytes, done));
            return;
        }

        Answered();
        done(result.Outcome == PutOutcome.Exists);
    });

    private void List(string prefix, Action<IReadOnlyList<string>> found) => List(prefix, null, found);

    private void List(string prefix, string? after, Action<IReadOnlyList<string>> found) => store.List(prefix, after, result =>
    {
        if (result.Keys is null)
        {
            Retry(result.Error, () => List(prefix, after, found));
            return;
        }

        Answered();
        found(result.Keys);
    });

    private void Get(string key, Action<ReadOnlyMemory<byte>> found, Action<string> missing) => store.Get(key, result =>
    {
        if (result.Bytes is { } bytes)
        {
            Answered();
            found(bytes);
        }
        else if (result.Missing)
        {
            missing($"{key} was listed and is not there");
        }
        else
        {
            Retry(result.Error, () => Get(key, found, missing));
        }
    });

    private void Retry(string? error, Action again)
    {
        Trouble = error ?? "the store does not answer";
        host.Log(MachineLogLevel.Warning, $"object storage: {Trouble}; trying again");
        timers.After(_backoff.NextMs(), again);
    }

    private void Answered()
    {
        Trouble = "";
        _backoff.Reset();
    }
}

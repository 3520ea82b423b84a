using System.Globalization;
using System.Security.Cryptography;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Graphs;

namespace Gearpump.Simulation.Oracles;

/// <summary>Watches every object that is created and deleted: one history in the log, and nothing lost that a manifest names.</summary>
internal sealed class LogOracle(SimWorld world)
{
    private readonly SortedDictionary<long, LogEntry> _history = [];
    private readonly Queue<HashSet<string>> _kept = [];
    private readonly Dictionary<string, (long Index, string Hash)> _revenants = [];
    private readonly Dictionary<long, (string Hash, LogEntry.BodyOneofCase Body)> _written = [];
    private readonly Dictionary<ulong, string> _terms = [];
    private string? _prefix;
    private long? _endedAtMs;
    private long _last = -1;
    private long _lowest;
    private ulong _term;
    private ulong _epoch;
    private bool _epochSinceTerm = true;
    private LogEntry? _manifest;
    private long _manifestIndex = -1;
    private readonly Dictionary<string, byte[]> _positions = [];
    private long _epochIndex = -1;
    private HashSet<string> _assigned = [];

    /// <summary>The oracle over its cuts.</summary>
    public CutOracle Cuts { get; } = new(world);

    /// <summary>The oracle over its rollbacks.</summary>
    public BudgetOracle Budget { get; } = new(world);

    /// <summary>Its store was emptied under it.</summary>
    public bool IsWiped { get; set; }

    /// <summary>Virtual time of the newest entry that moved the job on: a manifest, or an epoch.</summary>
    public long MovedAtMs { get; private set; }

    /// <summary>Of the newest epoch entry.</summary>
    public long Epoch => (long)_epoch;

    public bool Ended => _endedAtMs is not null;

    /// <summary>The coordinator has written the term; of one that nobody has seen here nothing is known.</summary>
    public bool IsTermOf(ulong term, string coordinator) => _terms.GetValueOrDefault(term, coordinator) == coordinator;

    /// <summary>The newest epoch runs on the process.</summary>
    public bool IsAssigned(string process) => _assigned.Contains(process);

    public long CheckpointClockMs => _manifest?.Manifest.ClockMs ?? 0;

    /// <summary>A worker has asked a source for its splits since it was begun.</summary>
    public bool HasListed { get; set; }

    /// <summary>What is owed by the newest manifest, where a coordinator knows no other one, and is not outside.</summary>
    public IEnumerable<Segment> Unpaid(JobStatus status) => IsWiped || _manifest is not { } newest || status.Term != _term || status.Cut != newest.Cut
        ? []
        : newest.Manifest.Owed.Where(owed => world.FindTarget(owed.System) is { } target
            && !(target.Publisher(new PublisherId(SimGraphs.Job, status.Instance, (int)owed.Publisher)).Marker is { } marker
                && new PublishMarker((long)owed.Cut, (int)owed.Index).CompareTo(marker) < 0));

    public void OnCreated(string key, byte[] bytes)
    {
        if (IsWiped)
        {
            return;
        }

        var at = key.IndexOf("/log/", StringComparison.Ordinal);
        if (at < 0)
        {
            return;
        }

        _prefix ??= key[..at];
        if (key[..at] != _prefix)
        {
            throw new SimulationFailedException($"a second instance has a log: {key}, after {_prefix}");
        }

        var index = long.Parse(key[(at + 5)..], CultureInfo.InvariantCulture);
        var entry = LogEntry.Parser.ParseFrom(bytes);
        if (_last >= 0 && index <= _last)
        {
            // It stood there once and was deleted; a late request writes it again. Readers stop at the gap above it.
            Require(index < _lowest, $"log entry {index} is written again above the deleted ones, which end at {_lowest}");
            Require(IsRepetition(index, bytes) || IsOnlyRevenant(index, bytes, entry.Writer), $"{entry.Writer} goes on writing below the newest entry, at {index}");
            Require(
                IsRepetition(index, bytes) || entry.BodyCase == LogEntry.BodyOneofCase.TermStarted || _written[index].Body is LogEntry.BodyOneofCase.TermStarted or LogEntry.BodyOneofCase.Created,
                $"a {entry.BodyCase} is written late at {index}, where a {_written[index].Body} stood");
            world.Stats.LateLogEntries++;
            return;
        }

        Require(_last < 0 || index == _last + 1, $"log entry {index} follows {_last}");
        _last = index;
        _written[index] = (Hash(bytes), entry.BodyCase);
        Append(index, entry);
    }

    // A create that timed out was repeated, and lands once more: nobody has decided anything anew.
    private bool IsRepetition(long index, byte[] bytes) => _written[index].Hash == Hash(bytes);

    // Who writes late has one request on its way, which may land more than once.
    private bool IsOnlyRevenant(long index, byte[] bytes, string writer)
    {
        _revenants.TryAdd(writer, (index, Hash(bytes)));
        return _revenants[writer] == (index, Hash(bytes));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    public void OnDeleted(string key)
    {
        if (IsWiped)
        {
            return;
        }

        var at = key.IndexOf("/log/", StringComparison.Ordinal);
        if (at < 0)
        {
            Require(!_kept.Any(manifest => manifest.Contains(key)), $"{key} is deleted, and a kept manifest names it", OracleName.Deletion);
            Require(
                !_history.Values.Any(entry => entry.Manifest is { } manifest && Names(manifest).Contains(key)), $"{key} is deleted, and a manifest that still stands in the log names it", OracleName.Deletion);
            return;
        }

        var index = long.Parse(key[(at + 5)..], CultureInfo.InvariantCulture);
        if (index < _lowest)
        {
            return;
        }

        Require(index < _manifestIndex, $"log entry {index} is deleted, the newest manifest is {_manifestIndex}", OracleName.Deletion);
        Require(!_history.Keys.Any(lower => lower < index), $"log entry {index} is deleted before those below it", OracleName.Deletion);
        _lowest = index + 1;
        _history.Remove(index);
    }

    private void Append(long index, LogEntry entry)
    {
        _history.Add(index, entry);
        Require(entry.Term >= _term, $"log entry {index} of term {entry.Term} follows one of term {_term}");
        Require(
            _endedAtMs is not { } endedAtMs || (entry.BodyCase == LogEntry.BodyOneofCase.TermStarted && world.Launcher.StartedAtMs(entry.Writer) <= endedAtMs),
            $"log entry {index} ({entry.BodyCase}) of {entry.Writer} follows the end");
        switch (entry.BodyCase)
        {
            case LogEntry.BodyOneofCase.TermStarted:
                Require(entry.Term > _term, $"term {entry.Term} follows {_term}");
                Budget.TermBegins(entry);
                _term = entry.Term;
                _terms[_term] = entry.Writer;
                world.Stats.Terms++;
                world.Stats.Takeovers += world.Stats.Terms > 1 ? 1 : 0;
                _epochSinceTerm = false;
                break;
            case LogEntry.BodyOneofCase.EpochStarted:
                Begin(index, entry);
                break;
            case LogEntry.BodyOneofCase.Manifest:
                Commit(index, entry);
                break;
            case LogEntry.BodyOneofCase.Ended:
                End(entry);
                break;
            case LogEntry.BodyOneofCase.Failed:
                Fail(entry);
                break;
        }
    }

    private void Begin(long index, LogEntry entry)
    {
        Require(entry.Epoch == _epoch + 1, $"epoch {entry.Epoch} follows {_epoch}");
        Require((long)entry.EpochStarted.ManifestIndex == _manifestIndex, $"epoch {entry.Epoch} starts from entry {entry.EpochStarted.ManifestIndex}, the newest manifest is {_manifestIndex}");
        Require(!entry.EpochStarted.Planned || _manifestIndex > _epochIndex, $"epoch {entry.Epoch} is a planned change, and epoch {_epoch} has committed no cut behind which the sources pause");
        Budget.Started(entry, world.NowMs - MovedAtMs);
        RequireBusy(entry.EpochStarted.Assignment);
        world.Rollbacks.Started(entry.EpochStarted.Cause);
        world.Stats.Epochs++;
        world.Stats.Rollbacks += _epoch > 0 ? 1 : 0;
        _epoch = entry.Epoch;
        _epochIndex = index;
        _assigned = [.. entry.EpochStarted.Assignment.Workers.Select(static worker => worker.Process)];
        MovedAtMs = world.NowMs;
        Cuts.Started((long)entry.Epoch, (long)_manifest!.Cut);
        _epochSinceTerm = true;
        world.Damage.Started(_manifest);
        if (world.Trace.Recording)
        {
            world.Note(null, $"LOG {index}: epoch {entry.Epoch}: {entry.EpochStarted.Cause}");
        }
    }

    private void End(LogEntry entry)
    {
        _endedAtMs = world.NowMs;
        Budget.Ended();
        world.Damage.Follows(entry);
        world.Tally.Ended(_manifest!.Manifest);
        world.Provenance.Ended(_manifest.Manifest);
        world.Clocks.Ended(world.Job.Instance, CheckpointClockMs);
        world.OnEnded(this);
    }

    private void Fail(LogEntry entry)
    {
        Require(
            world.Damage.Failed(entry) || (Budget.IsSpent && entry.Failed.Reason.Contains(" rollbacks without a new cut", StringComparison.Ordinal)),
            $"the job has failed: {entry.Failed.Reason} (first {entry.Failed.FirstCause}, last {entry.Failed.LastCause})", OracleName.JobFailed);
        Budget.Failed(entry);
        world.Launcher.OnJobFailed();
    }

    private void RequireBusy(Assignment assignment)
    {
        for (var at = 0U; at < assignment.Workers.Count; at++)
        {
            Require(
                assignment.Tasks.Any(task => task.Worker == at) || assignment.Publishers.Any(publisher => publisher.Worker == at),
                $"the epoch depends on {assignment.Workers[(int)at].Name}, for which there is nothing to do", OracleName.Members);
        }
    }

    private void Commit(long index, LogEntry entry)
    {
        Budget.Committed(entry);
        MovedAtMs = world.NowMs;
        var manifest = entry.Manifest;
        if (_manifest is { } before)
        {
            world.Damage.Follows(entry);
            Require(entry.Cut == before.Cut + 1, $"manifest {entry.Cut} follows {before.Cut}");
            Require(manifest.ClockMs > before.Manifest.ClockMs, $"cut {entry.Cut} at {manifest.ClockMs} follows one at {before.Manifest.ClockMs}");
            Require(entry.Epoch == _epoch, $"manifest {entry.Cut} of epoch {entry.Epoch} is committed in epoch {_epoch}");
            world.Stats.CutsCommitted++;
            Cuts.Committed((long)entry.Epoch, (long)entry.Cut, manifest.ClockMs);
            if (!_epochSinceTerm)
            {
                world.Stats.TakeoversWithoutRollback++;
                _epochSinceTerm = true;
            }
        }

        Require(HasListed || manifest.Positions.Count == 0, "the instance begins with splits that were listed for another one");
        foreach (var held in manifest.Objects)
        {
            RequireStored(entry.Cut, held.Key, held.Length, held.Sha256.Span);
        }

        foreach (var segment in manifest.Owed.Where(static segment => segment.Key.Length > 0))
        {
            RequireStored(entry.Cut, segment.Key, segment.Length, segment.Sha256.Span);
        }

        foreach (var position in manifest.Positions)
        {
            var name = $"{position.Stage}/{position.Split.Id}";
            var value = position.Position.ToByteArray();
            if (_positions.TryGetValue(name, out var old) && old.Length == sizeof(long) && value.Length == sizeof(long))
            {
                Require(BitConverter.ToInt64(value) >= BitConverter.ToInt64(old), $"cut {entry.Cut}: {name} goes back");
            }

            _positions[name] = value;
        }

        Require(manifest.Positions.Count >= _positions.Count, $"cut {entry.Cut} has lost a split");
        _kept.Enqueue([.. Names(manifest)]);
        if (_kept.Count > world.Profile.ManifestsKept)
        {
            _kept.Dequeue();
        }

        _manifest = entry;
        _manifestIndex = index;
    }

    private void RequireStored(ulong cut, string key, ulong length, ReadOnlySpan<byte> sha256)
    {
        var bytes = world.Store.Find(key);
        Require(bytes is not null, $"cut {cut} is committed, and {key} is not stored", OracleName.Stored);
        Require((ulong)bytes!.Length == length && SHA256.HashData(bytes).AsSpan().SequenceEqual(sha256), $"cut {cut}: {key} is not what its manifest says", OracleName.Stored);
    }

    private static IEnumerable<string> Names(Manifest manifest) =>
        manifest.Objects.Select(static held => held.Key)
            .Concat(manifest.Owed.Where(static segment => segment.Key.Length > 0).Select(static segment => segment.Key));

    private static void Require(bool holds, string broken, string oracle = OracleName.History)
    {
        if (!holds)
        {
            throw new SimulationFailedException(broken, oracle: oracle);
        }
    }
}

using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>The one open cut: which tasks have stored their part of it, and whether both ends of every channel agree.</summary>
internal sealed class OpenCutTracker(long cut, long clockMs, bool pause, long openedMs, IReadOnlyList<TaskRef> tasks)
{
    private readonly CutPart?[] _parts = new CutPart?[tasks.Count];
    private readonly string[] _heldBy = new string[tasks.Count];

    public long Cut => cut;

    public long ClockMs => clockMs;

    public long OpenedMs => openedMs;

    /// <summary>Sources pause behind it: it prepares a planned change or a stop.</summary>
    public bool Pause { get; set; } = pause;

    public bool IsComplete => Array.TrueForAll(_parts, part => part is not null);

    /// <summary>The parts, in the order of the tasks.</summary>
    public IEnumerable<CutPart> Parts => _parts.Select(part => part!);

    public OpenCut ToState() => new() { Cut = (ulong)cut, ClockMs = clockMs, Pause = Pause };

    public void Report(int task, TaskReport report)
    {
        _heldBy[task] = report.WaitsFor;
        if (report.Part is { } part && (long)part.Cut == cut)
        {
            _parts[task] ??= part;
        }
    }

    /// <summary>The first task whose part is missing, and what it waits for.</summary>
    public string HeldBy()
    {
        var missing = Array.FindIndex(_parts, part => part is null);
        return missing < 0
            ? "the manifest"
            : $"{tasks[missing].Stage}/{tasks[missing].Index}{(string.IsNullOrEmpty(_heldBy[missing]) ? "" : $" ({_heldBy[missing]})")}";
    }

    /// <summary>Compares what was sent and received on every channel since the cut before. Null: all equal.</summary>
    public string? Audit()
    {
        var sent = Parts.SelectMany(part => part.Sent).ToDictionary(audit => audit.Channel);
        var received = Parts.SelectMany(part => part.Received).ToDictionary(audit => audit.Channel);
        foreach (var (channel, ours) in sent)
        {
            if (!received.TryGetValue(channel, out var theirs))
            {
                return $"channel {channel}: {ours.Records} records sent, nobody received";
            }

            if (ours.Records != theirs.Records || ours.Hash != theirs.Hash)
            {
                return $"channel {channel}: {ours.Records} records sent (hash {ours.Hash:x16}), {theirs.Records} received (hash {theirs.Hash:x16})";
            }
        }

        return received.Keys.Except(sent.Keys).Select(channel => $"channel {channel}: received, nobody sent").FirstOrDefault();
    }
}

using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Pipeline;

/// <summary>What the steps of one task share: the record in flight, and which step is at work.</summary>
internal sealed class StepContext
{
    public string CurrentStep { get; set; } = "";

    public long ClockMs { get; set; }

    public long EventTimeMs { get; set; } = IRecordSink.NoEventTime;

    public ulong KeyHash { get; set; }

    public ReadOnlyMemory<byte> Key { get; set; }

    public void Begin(in Record record, long clockMs)
    {
        ClockMs = clockMs;
        EventTimeMs = record.EventTimeMs;
        KeyHash = record.KeyHash;
        Key = record.Key;
    }
}

using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>
/// Rollbacks with no new manifest between them: their back-off, and when there were too many. Counted from the log. Those for trouble
/// outside back off and are not too many: it may last.
/// </summary>
internal sealed class RestartBudget(int most)
{
    private const long FirstDelayMs = 100;
    private const long DelayMostMs = 10_000;
    private int _epochs;
    private int _charged;

    public string FirstCause { get; private set; } = "";

    public string LastCause { get; private set; } = "";

    public bool IsSpent => _charged >= most;

    /// <summary>An epoch is in the log. The first one, and one that an operator started, are no rollbacks.</summary>
    public void Started(LogEntry entry)
    {
        var epoch = entry.EpochStarted;
        if (epoch.FreshBudget)
        {
            Reset();
        }

        if (epoch.Planned)
        {
            return;
        }

        _epochs++;
        if (entry.Epoch > 1 && !epoch.FreshBudget)
        {
            _charged = epoch.Outside ? 0 : _charged + 1;
            Asked(epoch.Cause);
        }
    }

    /// <summary>A rollback was asked for.</summary>
    public void Asked(string cause)
    {
        FirstCause = FirstCause.Length == 0 ? cause : FirstCause;
        LastCause = cause;
    }

    /// <summary>A manifest is in the log: rollbacks are counted anew.</summary>
    public void Reset() => (_epochs, _charged, FirstCause) = (0, 0, "");

    /// <summary>What the next one waits for: the first is immediate.</summary>
    public long DelayMs => _epochs <= 1 ? 0 : Math.Min(DelayMostMs, FirstDelayMs << Math.Min(_epochs - 2, 7));
}

using Gearpump.Protocol.V1;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Rollbacks without a cut between them, of one instance: they back off, there are no more of them than the job may have, and then it
/// has failed and stands still until an operator starts it again.
/// </summary>
internal sealed class BudgetOracle(SimWorld world)
{
    private readonly Dictionary<ulong, string> _failures = [];
    private int _epochs;
    private int _charged;
    private bool _failed;

    /// <summary>All rollbacks that the job may have are used up: it must fail.</summary>
    public bool IsSpent => _charged >= world.Profile.RestartBudget;

    /// <summary>The job has failed in that epoch, however it has gone on since.</summary>
    public bool HasFailedIn(ulong epoch) => _failures.ContainsKey(epoch);

    /// <summary>The log says, or has said, that the job has failed for that reason.</summary>
    public bool HasFailedFor(string reason) => _failures.ContainsValue(reason);

    /// <summary>A failed job's coordinator is started again and again: its log must not grow by that.</summary>
    public void TermBegins(LogEntry entry) =>
        Require(!_failed || world.Launcher.MayResume(entry.Writer), $"{entry.Writer} takes term {entry.Term} of a failed job, which it may not start again");

    /// <summary>An epoch is in the log, <paramref name="waitedMs"/> behind the newest epoch or manifest.</summary>
    public void Started(LogEntry entry, long waitedMs)
    {
        var started = entry.EpochStarted;
        Require(_failed == started.FreshBudget, $"epoch {entry.Epoch} {(_failed ? "goes on with a failed job" : "has a fresh budget, and the job has not failed")}");
        if (started.FreshBudget)
        {
            Require(world.Launcher.MayResume(entry.Writer), $"{entry.Writer} starts a failed job again, and no operator has said so");
            world.Stats.Resumed++;
            if (world.Job.Newest.Budget == this)
            {
                world.Launcher.OnResumed();
            }

            (_failed, _epochs, _charged) = (false, 0, 0);
        }

        if (started.Planned)
        {
            return;
        }

        // The first rollback behind a cut is immediate; then 100 ms, doubled each time, up to 10 s.
        var backoffMs = _epochs <= 1 ? 0 : Math.Min(10_000, 100L << Math.Min(_epochs - 2, 7));
        Require(waitedMs >= backoffMs, $"a rollback {waitedMs} ms after the one before, which is number {_epochs} without a cut: {started.Cause}");
        _epochs++;
        if (entry.Epoch > 1 && !started.FreshBudget)
        {
            _charged = started.Outside ? 0 : _charged + 1;
        }

        Require(_charged <= world.Profile.RestartBudget, $"{_charged} rollbacks without a new cut, {world.Profile.RestartBudget} are the most");
    }

    public void Committed(LogEntry entry)
    {
        Require(!_failed, $"cut {entry.Cut} is committed, and the job has failed");
        (_epochs, _charged) = (0, 0);
    }

    public void Ended() => Require(!_failed, "the job has ended, and it has failed");

    public void Failed(LogEntry entry)
    {
        Require(!_failed, $"{entry.Writer} writes that a job has failed which has failed already: {entry.Failed.Reason}");
        _failed = true;
        _failures[entry.Epoch] = entry.Failed.Reason;
    }

    private void Require(bool holds, string broken)
    {
        if (!holds)
        {
            throw world.Fail(broken);
        }
    }
}

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Jobs that have failed, and are started again by an operator.</summary>
internal static class FailureBugs
{
    private const string Area = "Failure";
    private const string Coordinator = "engine/Coordination/Coordinator.cs";
    private const string Recovery = "engine/Coordination/Recovery.cs";
    private const string JobRecord = "engine/Coordination/JobRecord.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "failed-job-goes-on", "a coordinator that is started again goes on with a job that has failed, and nobody has said so")
        {
            Edits = [new(Coordinator, "if (_job.FailedReason.Length > 0 && !_options.ResumeFailed)", "if (_job.FailedReason.Length < 0 && !_options.ResumeFailed)")],
            Profile = "failures",
        },
        new(Area, "resumed-without-a-budget", "a job that is started again has the rollbacks behind it that it failed by")
        {
            Edits = [new(Recovery, "HasFreshBudget = true;", "HasFreshBudget = false;")],
            Profile = "hopeless",
        },
        new(Area, "budget-is-fresh-for-ever", "every epoch behind one that an operator started has a fresh budget")
        {
            Edits = [new(Recovery, "        HasFreshBudget = false;\n", "")],
            Profile = "hopeless",
        },
        new(Area, "fresh-budget-is-not-counted", "the epoch that an operator started does not begin the count of rollbacks anew")
        {
            Edits = [new("engine/Coordination/RestartBudget.cs", "if (epoch.FreshBudget)", "if (epoch.FreshBudget && most < 0)")],
            Profile = "hopeless",
        },
        new(Area, "fenced-leaves-as-failed", "a coordinator that another one has taken over from says that the job has failed")
        {
            Edits = [new(Coordinator, "_host.Exit(ExitCodes.Fenced,", "_host.Exit(ExitCodes.JobFailed,")],
            Profile = "takeovers",
        },
        new(Area, "failure-outlives-its-epoch", "an epoch that an operator has started leaves the job failed for whoever reads the log")
        {
            Edits = [new(JobRecord, "(Epoch, EpochIndex, FailedReason) = ((long)entry.Epoch, index, \"\");", "(Epoch, EpochIndex) = ((long)entry.Epoch, index);")],
            Profile = "failures",
        },
        new(Area, "failure-is-asked-for-again", "who asks for a failure while the log is read of it, and started again, is heard")
        {
            Edits = [new(Coordinator, "_standing.Phase is not (CoordinatorPhase.Gathering or CoordinatorPhase.Over or CoordinatorPhase.Loading))", "_standing.Phase is not (CoordinatorPhase.Gathering or CoordinatorPhase.Over))")],
            Profile = "repairs",
            FirstSeed = 410,
            Seeds = 4_000,
        },
        new(Area, "failure-outlives-a-reading", "a candidate that reads the log again keeps the failure that it read the first time")
        {
            Edits = [new(JobRecord, "(Ended, FailedReason) = (false, \"\");", "Ended = false;")],
            Profile = "failures",
            FirstSeed = 1_380,
            Seeds = 6_000,
        },
    ];
}

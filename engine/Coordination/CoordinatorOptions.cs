namespace Gearpump.Engine.Coordination;

/// <summary>What a coordinator is started with. Times in milliseconds.</summary>
public sealed record CoordinatorOptions
{
    public required string Job { get; init; }

    /// <summary>Random id of this coordinator process; the writer in its log entries.</summary>
    public required string Writer { get; init; }

    public string Address { get; init; } = "";

    /// <summary>Workers to wait for before the first epoch; 0: those that are there once none has come for <see cref="SettleMs"/>.</summary>
    public int Sources { get; init; }

    public int Processors { get; init; }

    public long SettleMs { get; init; } = 2_000;

    public long TickMs { get; init; } = 50;

    public long SilenceMs { get; init; } = 5_000;

    /// <summary>How long a closed control stream may take to be back from the same process.</summary>
    public long ReattachMs { get; init; } = 500;

    /// <summary>How long a takeover waits for every task of the epoch to register again.</summary>
    public long TakeoverGraceMs { get; init; } = 10_000;

    /// <summary>
    /// How long a candidate of a job that nobody has created waits for a role before it lets its workers go, to the next
    /// address that they know: another candidate may have the others. The wait is jittered, up to twice as long.
    /// </summary>
    public long CandidateMs { get; init; } = 5_000;

    /// <summary>How long a rollback waits for a replacement of a lost worker, from the last that was heard of it.</summary>
    public long ReplacementMs { get; init; } = 2_000;

    /// <summary>
    /// How long a worker that is not ready may have no answer to anything that it restores with, errors included, before the
    /// restoring is begun anew. Large states and slow stores answer meanwhile, so they are not cut short.
    /// </summary>
    public long RestoreStallMs { get; init; } = 60_000;

    /// <summary>Rollbacks without a new manifest between them, after which the job has failed.</summary>
    public int RestartBudget { get; init; } = 10;

    public int ManifestsKept { get; init; } = 10;

    /// <summary>Committed and unpaid outputs, bytes, beyond which sources pause.</summary>
    public long OwedBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>Overrides the plan's; 0: the plan's.</summary>
    public long CheckpointIntervalMs { get; init; }

    /// <summary>Begins a new instance of the job, with nothing of the old one's state.</summary>
    public bool Fresh { get; init; }

    /// <summary>An operator's wish: a job that has failed is started again with a fresh budget.</summary>
    public bool ResumeFailed { get; init; }

    /// <summary>How long stopping waits for what is owed.</summary>
    public long StopMs { get; init; } = 25_000;
}

namespace Gearpump.Simulation.Oracles;

/// <summary>The names of the checks, as the table of planted bugs shows them. A file of checks has a name; single checks may have their own.</summary>
internal static class OracleName
{
    /// <summary>Entries of the log: one after the other, terms, epochs and cuts in order, positions that never go back.</summary>
    public const string History = "one history";

    /// <summary>What a manifest names is stored, and is what the manifest says.</summary>
    public const string Stored = "manifest's objects";

    /// <summary>What is deleted is named by no kept manifest.</summary>
    public const string Deletion = "deletion";

    /// <summary>A rollback has a cause that a fault explains.</summary>
    public const string RollbackCause = "rollback's cause";

    /// <summary>No job fails but by too many rollbacks, or damage that was done to it; and nobody says so of one that has not.</summary>
    public const string JobFailed = "job failed";

    /// <summary>Min clock and checkpoint clock never fall; no record is processed below the min clock.</summary>
    public const string Clocks = "clocks";

    /// <summary>A cut at T has exactly the records below T.</summary>
    public const string Cuts = "cut";

    /// <summary>What is on its way stays within the credit.</summary>
    public const string Credit = "credit";

    /// <summary>Committed updates are 1, 2, 3 … at every moment; markers grow.</summary>
    public const string Output = "output";

    /// <summary>At the end the output is the serial run's.</summary>
    public const string SerialRun = "serial run";

    /// <summary>After the last fault the job ends.</summary>
    public const string Liveness = "liveness";

    /// <summary>No machine throws, or reports an error of its own.</summary>
    public const string Machine = "machine's error";

    /// <summary>A process leaves with the code that its reason has.</summary>
    public const string ExitCode = "exit code";

    /// <summary>A worker that was told to stop stays until the epoch runs without it.</summary>
    public const string Members = "members";

    /// <summary>Term and epoch of a process never fall; nothing of an older one is obeyed.</summary>
    public const string Epochs = "terms and epochs";

    /// <summary>Records of one key come in the order in which they were sent, and in the epoch in which they were sent.</summary>
    public const string Order = "order of a key";

    /// <summary>Keys come to the task of their group; nothing is restored twice.</summary>
    public const string KeyGroups = "key groups";

    /// <summary>Sources and outputs are used as their contracts say.</summary>
    public const string Contract = "contract";

    /// <summary>What is acknowledged has been processed.</summary>
    public const string Acks = "acknowledgement";

    /// <summary>Sources read nothing while they are told to pause.</summary>
    public const string Pause = "pause";

    /// <summary>What waits to be sent is bounded.</summary>
    public const string Memory = "memory";

    /// <summary>A job whose snapshot is missing or damaged fails, and names it.</summary>
    public const string Damage = "damage";

    /// <summary>What readers of committed records see: markers rise, everything is there at last.</summary>
    public const string Kafka = "Kafka's readers";

    /// <summary>Of checks that are thrown without a name: by the file that they stand in.</summary>
    public static string Of(string path)
    {
        var file = Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
        return file switch
        {
            "LogOracle" or "JobOracle" => History,
            "SimKafkaOracle" => Kafka,
            "RollbackOracle" or "ReachOracle" or "LossOracle" or "BudgetOracle" => RollbackCause,
            "AckOracle" => Acks,
            "WatermarkOracle" or "TickOracle" => Clocks,
            "PauseOracle" => Pause,
            "BufferOracle" => Memory,
            "DamageOracle" => Damage,
            "TallyOracle" => SerialRun,
            "ClockOracle" => Clocks,
            "CutOracle" => Cuts,
            "CreditOracle" => Credit,
            "OrderOracle" or "ProvenanceOracle" => Order,
            "InstanceOutput" or "SimPublisher" => Output,
            "SimWorld" or "ProgressOracle" => Liveness,
            "SimProcess" => Machine,
            "WorkerProcess" => Epochs,
            "Launcher" => ExitCode,
            "WordState" => KeyGroups,
            "SimSplitReader" or "WorkerOutside" => Contract,
            _ => file,
        };
    }
}

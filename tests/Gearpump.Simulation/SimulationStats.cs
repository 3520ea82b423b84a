namespace Gearpump.Simulation;

/// <summary>What happened in a run, or, added up, in many: so that nobody mistakes a quiet simulator for a correct engine.</summary>
public sealed record SimulationStats
{
    public long Crashes { get; set; }

    public long FailpointCrashes { get; set; }

    public long FailpointStops { get; set; }

    public long KilledBeforeSnapshot { get; set; }

    public long KilledAfterSnapshot { get; set; }

    public long KilledBeforeManifest { get; set; }

    public long KilledAfterManifest { get; set; }

    public long KilledBeforePublish { get; set; }

    public long KilledAfterPublish { get; set; }

    public long KilledInRollback { get; set; }

    public long StoppedBeforeManifest { get; set; }

    public long Stops { get; set; }

    /// <summary>Processes that woke up after they had been given up, or replaced.</summary>
    public long Zombies { get; set; }

    public long CallsCut { get; set; }

    public long CallsSilenced { get; set; }

    /// <summary>Data calls that went on, in the same epoch, where an earlier one had broken.</summary>
    public long CallsResumed { get; set; }

    /// <summary>Calls that were refused because one side's epoch was older.</summary>
    public long CallsRefused { get; set; }

    public long CreatesUnknown { get; set; }

    /// <summary>Creates that were applied after their caller had been told that the outcome is unknown.</summary>
    public long CreatesLate { get; set; }

    /// <summary>Log entries that a coordinator wrote below the deleted ones, long after.</summary>
    public long LateLogEntries { get; set; }

    public long CutsCommitted { get; set; }

    public long Epochs { get; set; }

    public long Rollbacks { get; set; }

    public long Terms { get; set; }

    public long Takeovers { get; set; }

    public long TakeoversWithoutRollback { get; set; }

    /// <summary>Coordinators that found a newer one in the log and left.</summary>
    public long Fenced { get; set; }

    public long PublishFaults { get; set; }

    /// <summary>Publications by a session that a newer one had fenced.</summary>
    public long PublishFenced { get; set; }

    public long UserErrors { get; set; }

    /// <summary>Starts after a stop with another number of processors.</summary>
    public long Rescaled { get; set; }

    /// <summary>Times that the job was stopped by its user and started again.</summary>
    public long Restarts { get; set; }

    /// <summary>Workers that left behind a planned change.</summary>
    public long Left { get; set; }

    public long Outages { get; set; }

    public long ClockJumps { get; set; }

    public long PowerCuts { get; set; }

    public long DeadLetters { get; set; }

    public long ObjectsDeleted { get; set; }

    /// <summary>Workers that died with their machine and were not replaced.</summary>
    public long NotReplaced { get; set; }

    /// <summary>Snapshots that were damaged or lost under a job that needs them.</summary>
    public long Damaged { get; set; }

    public long RecordsPublished { get; set; }

    public long Events { get; set; }

    public long SimulatedMs { get; set; }

    public void Add(SimulationStats other)
    {
        foreach (var property in typeof(SimulationStats).GetProperties())
        {
            if (property.PropertyType == typeof(long))
            {
                property.SetValue(this, (long)property.GetValue(this)! + (long)property.GetValue(other)!);
            }
        }
    }
}

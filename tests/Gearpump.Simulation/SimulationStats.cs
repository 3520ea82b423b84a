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

    /// <summary>All faults that the seed has drawn.</summary>
    public long Faults { get; set; }

    /// <summary>Processes that died between two effects of one step.</summary>
    public long KilledInStep { get; set; }

    /// <summary>Machines parted from others, in one direction or both.</summary>
    public long Partitions { get; set; }

    public long OneWayPartitions { get; set; }

    /// <summary>Partitions that keep machines from object storage too.</summary>
    public long StorelessPartitions { get; set; }

    /// <summary>Processes that died with their machine: no peer is told.</summary>
    public long MachinesDied { get; set; }

    /// <summary>Reads from the store that took seconds.</summary>
    public long SlowReads { get; set; }

    /// <summary>Background work that took long.</summary>
    public long SlowWork { get; set; }

    /// <summary>Records on which user code took its time.</summary>
    public long SlowRecords { get; set; }

    /// <summary>The clock mirror fell back to an older value, or lost it.</summary>
    public long MirrorFailovers { get; set; }

    public long MirrorUnanswered { get; set; }

    /// <summary>Terms that were lost and landed in the place of a collected entry.</summary>
    public long LateTerms { get; set; }

    /// <summary>Writes outside that were on their way for seconds.</summary>
    public long LatePublishes { get; set; }

    /// <summary>Times in which Kafka answered nobody.</summary>
    public long KafkaOutages { get; set; }

    /// <summary>Times that a worker or the store was slow.</summary>
    public long Slow { get; set; }

    /// <summary>Requests to which no answer ever came.</summary>
    public long Hung { get; set; }

    public long ScaledUp { get; set; }

    public long ScaledDown { get; set; }

    public long Instances { get; set; }

    /// <summary>Times that the store was emptied between a stop and a start.</summary>
    public long Wiped { get; set; }

    /// <summary>Creates that were refused at once: busy (503), or in conflict (409).</summary>
    public long CreatesRefused { get; set; }

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

    /// <summary>Times that a failed job was started again.</summary>
    public long Resumed { get; set; }

    /// <summary>Times that the job was begun anew beside a coordinator and workers that ran it.</summary>
    public long BegunBeside { get; set; }

    /// <summary>Workers that left behind a planned change.</summary>
    public long Left { get; set; }

    public long StoreOutages { get; set; }

    public long OutsideOutages { get; set; }

    public long ClockJumps { get; set; }

    public long PowerCuts { get; set; }

    public long DeadLetters { get; set; }

    public long ObjectsDeleted { get; set; }

    /// <summary>Workers that died with their machine and were not replaced.</summary>
    public long NotReplaced { get; set; }

    /// <summary>Snapshots that were damaged or lost under a job that needs them.</summary>
    public long Damaged { get; set; }

    public long RecordsPublished { get; set; }

    /// <summary>Transactions with a marker that readers of Kafka have seen.</summary>
    public long KafkaPublications { get; set; }

    /// <summary>Requests that Kafka has applied, with an answer that nobody got.</summary>
    public long KafkaAnswersLost { get; set; }

    /// <summary>Requests that came when their client had given them up.</summary>
    public long KafkaLate { get; set; }

    /// <summary>Requests of a producer that a newer one had fenced.</summary>
    public long KafkaFenced { get; set; }

    /// <summary>Answers "not now": a transaction was being completed.</summary>
    public long KafkaNotNow { get; set; }

    public long KafkaRefused { get; set; }

    public long KafkaTimedOut { get; set; }

    public long KafkaAbortedByInit { get; set; }

    /// <summary>Transactions of somebody else on the job's partitions.</summary>
    public long KafkaStrangers { get; set; }

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

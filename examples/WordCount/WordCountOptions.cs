namespace Gearpump.Examples.WordCount;

/// <summary>The program's own settings; everything else is Gearpump's.</summary>
internal sealed record WordCountOptions
{
    /// <summary>A file, a folder, or a pattern such as text/*.txt.</summary>
    public required string Input { get; init; }

    /// <summary>Receives committed updates (counts), rejected records (rejected) and counts.tsv.</summary>
    public required string Output { get; init; }

    /// <summary>Log and snapshots. Default: .state in the output folder.</summary>
    public string? State { get; init; }

    /// <summary>s3://bucket/prefix in place of the state folder.</summary>
    public string? S3 { get; init; }

    /// <summary>http(s) address of a store that speaks S3's protocol. Default: Amazon's own.</summary>
    public string? S3Endpoint { get; init; }

    /// <summary>host:port of a Redis. Default: an embedded one.</summary>
    public string? Redis { get; init; }

    /// <summary>0: everything in this process. Otherwise a coordinator, a source, and the rest processors.</summary>
    public int Processes { get; init; }

    public bool Chaos { get; init; }

    public bool AtLeastOnce { get; init; }

    public required string Checkpoint { get; init; }

    public required string BadInput { get; init; }

    /// <summary>The longest line, in bytes.</summary>
    public int RecordLimit { get; init; }

    public bool Fresh { get; init; }

    /// <summary>How often the input is read.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>A file with the number of lines a second that the source may read; none: as fast as it goes.</summary>
    public string? PaceFile { get; init; }

    public bool Plan { get; init; }

    public required string Log { get; init; }

    /// <summary>host:port of a Kafka broker; null: files.</summary>
    public string? Kafka { get; init; }

    /// <summary>The topic whose values are lines.</summary>
    public required string From { get; init; }

    /// <summary>The topic that receives words and their running counts.</summary>
    public required string To { get; init; }

    /// <summary>Ends at the offsets that were the topic's end when the job began.</summary>
    public bool UntilEnd { get; init; }

    /// <summary>A new job begins at the topic's end.</summary>
    public bool FromEnd { get; init; }

    /// <summary>Settings of the Kafka client.</summary>
    public IReadOnlyDictionary<string, string> KafkaSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of the engine that were given as they are (--Gearpump:Key=value).</summary>
    public IReadOnlyList<string> Engine { get; init; } = [];

    /// <summary>Where log and snapshots are: a folder or a place in S3.</summary>
    public string StatePlace => S3 ?? Path.GetFullPath(State ?? Path.Combine(Output, ".state"));

    public string CountsFolder => Path.GetFullPath(Path.Combine(Output, "counts"));

    public string RejectedFolder => Path.GetFullPath(Path.Combine(Output, "rejected"));

    /// <summary>The same as options of the engine, without what may hold a password.</summary>
    public IEnumerable<string> ToEngine() =>
    [
        $"--Gearpump:State={StatePlace}",
        .. S3Endpoint is null ? Array.Empty<string>() : [$"--Gearpump:S3Endpoint={S3Endpoint}"],
        $"--Gearpump:CheckpointInterval={Checkpoint}",
        $"--Gearpump:Delivery={(AtLeastOnce ? "at-least-once" : "exactly-once")}",
        $"--Gearpump:BadInput={BadInput}",
        $"--Gearpump:RecordBytesMax={RecordLimit}",
        $"--Gearpump:Log={Log}",
        $"--Gearpump:Plan={Plan}",
    ];
}

using Gearpump.Graph;

namespace Gearpump.Hosting.Options;

/// <summary>What a process is started with: section <c>Gearpump</c> of the configuration, or <c>--Gearpump:Key=value</c>.</summary>
public sealed record GearpumpOptions
{
    /// <summary>local (every role in this process), source, processor or coordinator. Default local.</summary>
    public string Role { get; init; } = "local";

    /// <summary>
    /// The worker's name; two live ones of one name shut each other out. Default: role, host and process id, such as
    /// processor-words-2-1. In a pod that is stable over restarts; elsewhere a restarted worker counts as another one.
    /// </summary>
    public string Worker { get; init; } = "";

    /// <summary>The job's name; for the coordinator, which has no graph to take it from.</summary>
    public string Job { get; init; } = "";

    /// <summary>Addresses of the coordinators, http://host:port, joined by commas.</summary>
    public IReadOnlyList<string> Coordinators { get; init; } = [];

    /// <summary>IP address and port of this process's gRPC listener. Default 127.0.0.1:0, a free port.</summary>
    public string Listen { get; init; } = "127.0.0.1:0";

    /// <summary>The address under which others reach it. Default: that of the listener.</summary>
    public string Advertise { get; init; } = "";

    /// <summary>Where log and snapshots are, for all processes of the job: a folder, or s3://bucket/prefix. Default .state.</summary>
    public string State { get; init; } = ".state";

    /// <summary>http(s) address of a store that speaks S3's protocol. Default: Amazon's own. Ignored where the state is a folder.</summary>
    public string? S3Endpoint { get; init; }

    /// <summary>Region of the bucket. Default: what the SDK of AWS finds; with an endpoint us-east-1. Ignored where the state is a folder.</summary>
    public string? S3Region { get; init; }

    /// <summary>Default: what the SDK of AWS finds (environment, profile, web identity, machine). Ignored where the state is a folder.</summary>
    public string? S3AccessKey { get; init; }

    /// <summary>Belongs to the access key. Give it by environment (Gearpump__S3SecretKey), not on a command line, which others can read.</summary>
    public string? S3SecretKey { get; init; }

    /// <summary>host:port of Redis, with options behind commas. Default: an embedded one for the local role, none for the others.</summary>
    public string Redis { get; init; } = "";

    /// <summary>From one cut to the next. Default: the program's.</summary>
    public TimeSpan? CheckpointInterval { get; init; }

    /// <summary>exactly-once or at-least-once. Default: the program's.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>dead-letter or fail. Default: the program's.</summary>
    public BadInput? BadInput { get; init; }

    /// <summary>The largest record, bytes. Default: the program's.</summary>
    public int? RecordBytesMax { get; init; }

    /// <summary>Committed and unpublished outputs, in bytes, beyond which sources pause. Default 268435456 (256 MiB).</summary>
    public long OwedBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>How long a process waits at its start for what it needs: store, Redis, port, coordinator. Default 1m; then it exits 69.</summary>
    public TimeSpan StartUpTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Prints the plan of the graph and leaves. Default false.</summary>
    public bool Plan { get; init; }

    /// <summary>Begins a new instance of the job.</summary>
    public bool Fresh { get; init; }

    /// <summary>Starts a failed job again. Default: true for the local role.</summary>
    public bool ResumeFailed { get; init; }

    /// <summary>Source workers that the coordinator waits for; 0: those that come. </summary>
    public int Sources { get; init; }

    /// <summary>Processor workers that the coordinator waits for; 0: those that come. For the local role: how many there are, at least 1.</summary>
    public int Processors { get; init; }

    /// <summary>Leave when standard input closes: a launcher holds its other end. Default false.</summary>
    public bool ParentPipe { get; init; }

    /// <summary>Print progress lines. Default true.</summary>
    public bool Progress { get; init; } = true;

    /// <summary>Least level of log lines: debug, information, warning or error. Default warning.</summary>
    public string Log { get; init; } = "warning";
}

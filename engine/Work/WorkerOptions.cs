using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work;

/// <summary>What a worker is started with. Times in milliseconds.</summary>
public sealed record WorkerOptions
{
    public required string Job { get; init; }

    /// <summary>Stable over restarts of the process.</summary>
    public required string Name { get; init; }

    /// <summary>Random, new for every process.</summary>
    public required string Process { get; init; }

    public required Role Role { get; init; }

    /// <summary>Where other workers dial this one's data plane.</summary>
    public required string Address { get; init; }

    public long HeartbeatMs { get; init; } = 1_000;

    /// <summary>Silence after which the coordinator, or a peer, counts as lost.</summary>
    public long SilenceMs { get; init; } = 5_000;

    /// <summary>How long a record may wait in an open batch.</summary>
    public long LingerMs { get; init; } = 5;

    /// <summary>A batch of so many bytes is closed behind the outputs of an input record.</summary>
    public int BatchBytes { get; init; } = 32 * 1024;

    /// <summary>A batch of so many bytes is closed even amid the outputs of one input record, to stay far below a message's limit.</summary>
    public int BatchBytesMax { get; init; } = 1024 * 1024;

    public int BatchRecords { get; init; } = 4_096;

    /// <summary>What a receiver reserves for each channel.</summary>
    public int CreditRecords { get; init; } = 64 * 1024;

    public int CreditBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Encoded outputs beyond this become a segment of their own before the cut.</summary>
    public int SegmentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Smaller segments stand in the manifest itself.</summary>
    public int InlineSegmentBytes { get; init; } = 16 * 1024;

    /// <summary>Bytes of segments and snapshots on their way to the store, beyond which a task waits.</summary>
    public long UploadBytesMax { get; init; } = 64 * 1024 * 1024;

    public int SnapshotObjectBytes { get; init; } = 8 * 1024 * 1024;
}

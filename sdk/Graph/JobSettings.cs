namespace Gearpump.Graph;

/// <summary>What a program says about its job beside the graph. Configuration may override each.</summary>
public sealed record JobSettings
{
    /// <summary>Of outputs that do not say it themselves. Default: exactly once.</summary>
    public Delivery Delivery { get; init; } = Delivery.ExactlyOnce;

    /// <summary>From one cut to the next. Default 5 s; 50 ms to 1 h.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of a record that cannot be read or that user code keeps refusing. Default: the dead letters.</summary>
    public BadInput BadInput { get; init; } = BadInput.DeadLetter;

    /// <summary>The largest record, bytes. Default 1 MiB; at most 16 MiB.</summary>
    public int RecordBytesMax { get; init; } = 1024 * 1024;

    /// <summary>How often a record is tried again after user code threw, before it is rejected. Default 2.</summary>
    public int Retries { get; init; } = 2;
}

namespace Gearpump.Storage;

/// <summary>Both clocks of a job, milliseconds.</summary>
public sealed record JobClocks(string Job, string Instance, long Epoch, long MinClockMs, long CheckpointClockMs);

namespace Gearpump.Engine.Ports;

/// <summary>Both clocks of a job, as everybody may read them. Milliseconds.</summary>
public readonly record struct ClockReading(string Instance, long Epoch, long MinClockMs, long CheckpointClockMs);

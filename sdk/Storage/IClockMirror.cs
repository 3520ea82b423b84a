namespace Gearpump.Storage;

/// <summary>Where a job's clocks stand for everybody to read. Losing it costs nothing but a rebuild: truth is in the log.</summary>
public interface IClockMirror
{
    /// <summary>How often this process has written over something that was no clock.</summary>
    long GarbageOverwritten { get; }

    /// <summary>Writes the clocks unless newer ones of the same instance stand there already.</summary>
    ValueTask WriteAsync(JobClocks clocks, CancellationToken cancellation);

    /// <summary>The clocks of a job; null where there are none, or what stands there cannot be read.</summary>
    ValueTask<JobClocks?> ReadAsync(string job, CancellationToken cancellation);
}

namespace Gearpump.Simulation.Kafka;

/// <summary>Virtual time for code that asks a <see cref="TimeProvider"/>.</summary>
internal sealed class SimTime(Func<long> nowMs) : TimeProvider
{
    private const long YearsMs = 1_790_000_000_000;

    public override long TimestampFrequency => 1_000;

    public override long GetTimestamp() => nowMs();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(YearsMs + nowMs());
}

using System.Runtime.CompilerServices;
using System.Text;
using Gearpump.Sources;

namespace Gearpump.Examples.OwnSource;

/// <summary>
/// Stands for a system that you have already and that answers one question only: "what came at or after this time?". Two members
/// make it a source with both guarantees; positions, resuming and replay are the base class's.
/// </summary>
/// <param name="readings">How many readings the archive holds.</param>
/// <param name="perSecond">How many of them it gives out a second.</param>
public sealed class SensorArchive(long readings, int perSecond) : TimeOnlySource
{
    private const int ReadingsOfOneTime = 5;
    private const int Sensors = 97;
    private const int AnswersPerSecond = 20;
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override string Identity => $"sensor archive of {readings} readings";

    /// <summary>The sensor of a reading, the same whenever it is asked for.</summary>
    public static string SensorOf(long reading) => $"sensor-{reading * 7919 % Sensors}";

    protected override async IAsyncEnumerable<TimedRecord> ReadFrom(
        string split, DateTimeOffset time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Several readings have the same time, always in the same order.
        var seconds = Math.Max(0, (long)Math.Ceiling((time - Begin).TotalSeconds));
        var answer = Math.Max(1, perSecond / AnswersPerSecond);
        for (var reading = seconds * ReadingsOfOneTime; reading < readings; reading++)
        {
            if (reading % answer == 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.0 / AnswersPerSecond), cancellation).ConfigureAwait(false);
            }

            yield return new TimedRecord(Begin.AddSeconds(reading / ReadingsOfOneTime), Encoding.UTF8.GetBytes($"{SensorOf(reading)} {reading}"));
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Gearpump.Protocol.V1;

namespace Gearpump.Hosting.Roles;

/// <summary>A line of progress every second: on a terminal it is written over, elsewhere lines are plain.</summary>
internal sealed class ProgressPrinter(Func<CancellationToken, Task<JobStatus?>> status)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private JobStatus _counted = new();
    private long _at = Stopwatch.GetTimestamp();
    private int _width;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(1_000, cancellation)).ConfigureAwait(false);
            if (!cancellation.IsCancellationRequested && await status(cancellation).ConfigureAwait(false) is { } now)
            {
                Print(now);
            }
        }

        if (_width > 0)
        {
            Console.WriteLine();
        }
    }

    private void Print(JobStatus now)
    {
        var seconds = Stopwatch.GetElapsedTime(_at).TotalSeconds;
        // Workers count since they began: after a rollback or a takeover other ones are added up than before.
        var rate = now.Term == _counted.Term && now.Epoch == _counted.Epoch ? Math.Max(0, (long)now.Records - (long)_counted.Records) / seconds : 0;
        (_counted, _at) = (now, Stopwatch.GetTimestamp());
        var lag = now.TickMs > 0 && now.MinClockMs > 0 ? (now.TickMs - now.MinClockMs) / 1000.0 : 0;
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(_began).TotalSeconds,6:0} s  {now.State}  {rate,11:N0} records/s  min clock {Clock(now.MinClockMs)}  checkpoint {Clock(now.CheckpointClockMs)} (cut {now.Cut})  lag {lag:0.0} s  restarts {now.Rollbacks}");
        var rejected = now.Counters.FirstOrDefault(counter => counter.Name == "rejected")?.Value ?? 0;
        line += rejected > 0 ? $"  rejected {rejected}" : "";
        line += now.Counters.FirstOrDefault(counter => counter.Name == "clocks-overwritten") is { } garbage ? $"  overwritten in Redis {garbage.Value}" : "";
        line += now.ClockMirror.Length > 0 ? "  Redis is behind" : "";
        line += now.WaitingFor.Length > 0 ? $"  waiting for {now.WaitingFor}" : "";
        line += now.Stalled.Count > 0 ? $"  stalled: {string.Join("; ", now.Stalled)}" : "";
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
            return;
        }

        Console.Write('\r' + line.PadRight(_width));
        _width = line.Length;
    }

    private static string Clock(long clockMs) => clockMs <= 0 ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(clockMs).ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

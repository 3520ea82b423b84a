using System.Diagnostics;
using System.Globalization;

namespace Gearpump.Faults.Tests.Support;

/// <summary>Kills and stops the processes of a run at chosen moments. A process that passes one says so by a file, and stays there for a while.</summary>
internal sealed class FaultPlan(Run run, Action<string> print)
{
    private const int StayMs = 200;
    private static readonly (string Class, string Failpoint)[] Moments =
        [("snapshot", "before-snapshot"), ("before manifest", "before-manifest"), ("publishing", "before-publish"), ("rollback", "rollback")];

    private readonly Dictionary<string, List<double>> _recoveries = new(StringComparer.Ordinal);

    /// <summary>How many faults fell into each class.</summary>
    public Dictionary<string, int> Hits { get; } = Moments.ToDictionary(moment => moment.Class, _ => 0);

    public int Kills { get; private set; }

    public int Stops { get; private set; }

    public static string Failpoints(string folder) => string.Join(',', Moments.Select(moment =>
        $"{moment.Failpoint}=touch:{MarkOf(folder, moment.Failpoint)},{moment.Failpoint}=sleep:{StayMs.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>Kills, one after the other, in turn over moments and processes.</summary>
    public async Task KillAsync(int kills)
    {
        for (var number = 0; Kills < kills; number++)
        {
            var victim = run.Cluster.Names[number % run.Cluster.Names.Count];
            var moment = number % (Moments.Length + 1);
            var cut = await BeginAsync();
            if (moment < Moments.Length)
            {
                if (Moments[moment].Class == "rollback")
                {
                    // A rollback needs its own cause first.
                    await SignalAsync(victim == "source-0" ? "processor-0" : "source-0", "KILL");
                    Kills++;
                }

                await ReachedAsync(Moments[moment].Failpoint);
            }

            var began = Stopwatch.GetTimestamp();
            await SignalAsync(victim, "KILL");
            Kills++;
            Count(moment < Moments.Length ? moment : -1);
            await RecoveredAsync($"SIGKILL of {victim.Split('-')[0]}", cut, began);
        }
    }

    /// <summary>Stops processes for longer than the time-out, and wakes them after the rollback (the coordinator, for which nobody stands in: after 7 s).</summary>
    public async Task StopAsync(int stops)
    {
        var victims = new[] { "processor-0", "source-0", "processor-1", "coordinator" };
        for (var number = 0; number < stops; number++)
        {
            var victim = victims[number % victims.Length];
            var cut = await BeginAsync();
            var before = (await run.StatusAsync())?.Epoch ?? 0;
            var began = Stopwatch.GetTimestamp();
            var pid = await SignalAsync(victim, "STOP");
            if (victim == "coordinator")
            {
                await Task.Delay(TimeSpan.FromSeconds(7));
            }
            else
            {
                await Wait.ForAsync($"the rollback after {victim} was stopped", async () => await run.StatusAsync() is { } status && (status.Epoch > before || status.State != "running"));
            }

            run.Cluster.PidOf(victim).ShouldBe(pid, "the stopped process is still there");
            run.Cluster.Signal(victim, "CONT");
            Stops++;
            await RecoveredAsync($"SIGSTOP of {victim.Split('-')[0]}", cut, began);
        }
    }

    public void Report()
    {
        print($"{Kills} kills, {Stops} stops; during: {string.Join(", ", Hits.Select(hit => $"{hit.Key} {hit.Value}"))}");
        foreach (var (what, seconds) in _recoveries)
        {
            print(string.Create(CultureInfo.InvariantCulture, $"{what}: to new committed output {seconds.Average():0.0} s on average, {seconds.Max():0.0} s at most ({seconds.Count} times)"));
        }
    }

    private static string MarkOf(string folder, string failpoint) => Path.Combine(folder, $"reached-{failpoint}");

    private async Task<long> BeginAsync()
    {
        await Wait.ForAsync("a running job", async () => (await run.StatusAsync())?.State == "running");
        run.ReadCommitted();
        return run.Committed.NewestCut;
    }

    private Task ReachedAsync(string failpoint)
    {
        var mark = MarkOf(run.Folder, failpoint);
        File.Delete(mark);
        return Wait.ForAsync($"failpoint {failpoint}", () => Task.FromResult(File.Exists(mark)), everyMs: 2);
    }

    // It counts only if the process was still there when the signal had gone out.
    private void Count(int moment)
    {
        if (moment >= 0 && DateTime.UtcNow - File.GetLastWriteTimeUtc(MarkOf(run.Folder, Moments[moment].Failpoint)) < TimeSpan.FromMilliseconds(StayMs))
        {
            Hits[Moments[moment].Class]++;
        }
    }

    private async Task<int> SignalAsync(string victim, string signal)
    {
        var pid = 0;
        await Wait.ForAsync($"a process {victim} to send {signal} to", () => Task.FromResult((pid = run.Cluster.Signal(victim, signal)) != 0), everyMs: 2);
        return pid;
    }

    // The first new file may hold a cut from before the fault; the one after it cannot.
    private async Task RecoveredAsync(string what, long cut, long began)
    {
        await run.CommittedAsync(cut + 2, what);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        (_recoveries.TryGetValue(what, out var list) ? list : _recoveries[what] = []).Add(seconds);
    }
}

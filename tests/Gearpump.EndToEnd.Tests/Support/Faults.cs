using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd.Support;

/// <summary>Kills and stops the processes of a cluster at chosen moments, and measures how long new committed output takes to come back.</summary>
internal sealed class Faults(JobCluster cluster, TextFolder folder, ITestOutputHelper output)
{
    private static readonly (string Class, string Failpoint)[] Moments =
        [("snapshot", "before-snapshot"), ("manifest", "before-manifest"), ("publish", "before-publish"), ("rollback", "rollback")];

    private static readonly TimeSpan StoppedFor = TimeSpan.FromSeconds(8);
    private readonly Dictionary<string, int> _fell = Moments.ToDictionary(moment => moment.Class, _ => 0);

    /// <summary>A million lines, 20 kills, 10 stops.</summary>
    public static bool Large { get; } = Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large";

    /// <summary>How many faults fell into each class.</summary>
    public IReadOnlyDictionary<string, int> Fell => _fell;

    /// <summary>For every process: it says where it is and waits there a little. Who kills at the sight of the file kills in the midst.</summary>
    public static string Failpoints(TextFolder folder) => string.Join(',', Moments.SelectMany(moment => new[]
    {
        $"{moment.Failpoint}=touch:{Mark(folder, moment.Class)}", $"{moment.Failpoint}=sleep:100",
    }));

    /// <summary>So many kills, in turn over moments and roles.</summary>
    public async Task KillAsync(int kills)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            var names = cluster.Processes.Names;
            await KillAsync(Moments[kill % Moments.Length].Class, names[(kill + (kill / Moments.Length)) % names.Count]);
        }
    }

    /// <summary>So many stops that are longer than the time-out, each woken afterwards.</summary>
    public async Task StopAsync(int stops)
    {
        for (var stop = 0; stop < stops; stop++)
        {
            await StopAndWakeAsync(cluster.Processes.Names[(stop + 1) % cluster.Processes.Names.Count]);
        }
    }

    private async Task KillAsync(string during, string name)
    {
        if (during == "rollback")
        {
            // A rollback has to be under way: another process dies first.
            cluster.Processes.Signal(cluster.Processes.Names[^1], "KILL");
        }

        var mark = Mark(folder, during);
        File.Delete(mark);
        await WaitAsync.ForAsync($"a process that is at '{during}'", () => File.Exists(mark));

        // Output of a cut that was committed before the fault may still be on its way: only what lies behind it is new.
        var cut = (await cluster.StatusAsync())?.Cut ?? 0;
        var began = Stopwatch.GetTimestamp();
        var pid = cluster.Processes.Signal(name, "KILL");
        if (pid == 0)
        {
            return;
        }

        _fell[during]++;
        await cluster.OutputBehindAsync(cut, $"the kill of {name} during {during}");
        output.WriteLine($"killed {name} (pid {pid}) during {during}: new committed output after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    private async Task StopAndWakeAsync(string name)
    {
        // For a processor another one stands in; for the only source and the only coordinator nobody does, until they are woken.
        var cut = (await cluster.StatusAsync())?.Cut ?? 0;
        var began = Stopwatch.GetTimestamp();
        var pid = cluster.Processes.Signal(name, "STOP");
        var recovered = cluster.OutputBehindAsync(cut + 1, $"{name} was stopped");
        var timed = recovered.ContinueWith(_ => Stopwatch.GetElapsedTime(began), TaskScheduler.Default);
        await Task.Delay(StoppedFor, TestContext.Current.CancellationToken);
        cluster.Processes.Signal(name, "CONT").ShouldBe(pid, "a stopped process is not replaced");
        await recovered;
        output.WriteLine($"stopped {name} (pid {pid}) for {StoppedFor.TotalSeconds} s: new committed output {(await timed).TotalSeconds:0.0} s after the stop");
    }

    private static string Mark(TextFolder folder, string during) => Path.Combine(folder.Root, $"at-{during}");
}

using System.Diagnostics;
using Gearpump.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>
/// Files to files on real processes that are killed and stopped while the committed files are read. Real: processes, signals,
/// gRPC, files, an embedded Redis (Garnet).
/// </summary>
[Collection("faults")]
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly (string Class, string Failpoint)[] Moments =
        [("snapshot", "before-snapshot"), ("manifest", "before-manifest"), ("publish", "before-publish"), ("rollback", "rollback")];

    private static readonly bool Large = Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large";
    private static readonly int Lines = Large ? 1_000_000 : 60_000;
    private static readonly int Kills = Large ? 20 : 8;
    private static readonly int Stops = Large ? 10 : 1;
    private static readonly TimeSpan StoppedFor = TimeSpan.FromSeconds(8);
    private readonly Dictionary<string, int> _fell = Moments.ToDictionary(moment => moment.Class, _ => 0);

    [Fact]
    public async Task Run_KillsAndStopsOverAllRoles_EveryUpdateOnceAndInOrder()
    {
        JobCluster.SkipWhereThereAreNoSignals();
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", Lines, 11);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Checkpoint = "1s",
            LinesPerSecond = Lines / 100,
            Failpoints = (_, _) => string.Join(',', Moments.SelectMany(moment => new[]
            {
                // It says where it is and waits there a little: who kills at the sight of the file kills in the midst.
                $"{moment.Failpoint}=touch:{Mark(folder, moment.Class)}", $"{moment.Failpoint}=sleep:100",
            })),
        });
        await cluster.NewFilesAsync(1, "the start");

        for (var kill = 0; kill < Kills; kill++)
        {
            await KillAsync(cluster, folder, Moments[kill % Moments.Length].Class, RoleName(cluster, kill));
        }

        for (var stop = 0; stop < Stops; stop++)
        {
            await StopAndWakeAsync(cluster, cluster.Processes.Names[(stop + 1) % cluster.Processes.Names.Count]);
        }

        await cluster.EndExactlyAsync(expected);
        output.WriteLine($"{Lines:N0} lines, {expected.Values.Sum():N0} updates; faults during: {string.Join(", ", _fell.Select(pair => $"{pair.Key} {pair.Value}"))}");
        _fell.Values.ShouldAllBe(count => count > 0);
    }

    private async Task KillAsync(JobCluster cluster, TextFolder folder, string during, string name)
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

    private async Task StopAndWakeAsync(JobCluster cluster, string name)
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

    private static string RoleName(JobCluster cluster, int kill) =>
        cluster.Processes.Names[(kill + (kill / Moments.Length)) % cluster.Processes.Names.Count];

    private static string Mark(TextFolder folder, string during) => Path.Combine(folder.Root, $"at-{during}");
}

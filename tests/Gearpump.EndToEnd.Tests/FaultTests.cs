using System.Diagnostics;
using System.Globalization;
using Gearpump.Hosting.Launch;
using Gearpump.Redis.Embedded;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>
/// Files to files on real processes that are killed and stopped while the committed files are read. Real: processes, signals,
/// gRPC, files, an embedded Redis (Garnet).
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly string[] Classes = ["snapshot", "manifest", "publish", "rollback"];
    private static readonly bool Large = Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large";
    private static readonly int Lines = Large ? 1_000_000 : 60_000;
    private static readonly int Kills = Large ? 20 : 8;
    private static readonly int Stops = Large ? 10 : 1;

    [Fact]
    public async Task Run_KillsAndStopsOverAllRoles_EveryUpdateOnceAndInOrder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("NOT TESTED here: the faults are signals, which Windows does not have");
        }

        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", Lines, 11);
        await File.WriteAllTextAsync(folder.PaceFile, (Lines / 100).ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
        using var redis = new EmbeddedRedis();
        using var cluster = new ProcessCluster(OptionsFor(folder), redis.Endpoint);
        cluster.StartAll();
        await WaitAsync.ForAsync("the job's first manifest", () => JobState.Read(State(folder), "word-count") is not null);
        var checker = new UpdateChecker(Counts(folder), JobState.Read(State(folder), "word-count")!.Instance);
        await WaitAsync.ForAsync("the first committed update", () => HasNew(checker));

        var fell = Classes.ToDictionary(each => each, _ => 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillAsync(cluster, folder, checker, Classes[kill % Classes.Length], RoleName(cluster, kill), fell);
        }

        for (var stop = 0; stop < Stops; stop++)
        {
            await StopAndWakeAsync(cluster, checker, cluster.Names[(stop + 1) % cluster.Names.Count]);
        }

        File.Delete(folder.PaceFile);
        await WaitAsync.ForAsync("the end of the job", () => HasNew(checker) | cluster.Over.IsCompleted && cluster.Over.IsCompleted);
        (await cluster.Over).Code.ShouldBe(0);
        checker.ReadNew();
        checker.CheckAgainst(expected);
        output.WriteLine($"{Lines:N0} lines, {expected.Values.Sum():N0} updates; faults during: {string.Join(", ", fell.Select(pair => $"{pair.Key} {pair.Value}"))}");
        fell.Values.ShouldAllBe(count => count > 0);
    }

    private async Task KillAsync(ProcessCluster cluster, TextFolder folder, UpdateChecker checker, string during, string name, Dictionary<string, int> fell)
    {
        if (during == "rollback")
        {
            // A rollback has to be under way: another process dies first.
            cluster.Signal(cluster.Names[^1], "KILL");
        }

        await ReachedAsync(folder, during);
        var began = Stopwatch.GetTimestamp();
        var pid = cluster.Signal(name, "KILL");
        if (pid == 0)
        {
            return;
        }

        fell[during]++;
        checker.ReadNew();
        var before = checker.Last.Values.Sum();
        await WaitAsync.ForAsync($"committed output after the kill of {name} during {during}", () => HasNew(checker) && checker.Last.Values.Sum() > before);
        output.WriteLine($"killed {name} (pid {pid}) during {during}: new committed output after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    private async Task StopAndWakeAsync(ProcessCluster cluster, UpdateChecker checker, string name)
    {
        checker.ReadNew();
        var began = Stopwatch.GetTimestamp();
        var pid = cluster.Signal(name, "STOP");
        await Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        using (var wake = Process.Start("kill", ["-CONT", $"{pid}"]))
        {
            await wake.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        checker.ReadNew();
        var before = checker.Last.Values.Sum();
        await WaitAsync.ForAsync($"committed output after {name} was stopped and woken", () => HasNew(checker) && checker.Last.Values.Sum() > before);
        output.WriteLine($"stopped {name} (pid {pid}) for 8 s: committed output {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s after the stop");
    }

    // A failpoint touches a file and then waits a little: who kills at the sight of it kills in the midst.
    private static async Task ReachedAsync(TextFolder folder, string during)
    {
        var mark = Mark(folder, during);
        File.Delete(mark);
        await WaitAsync.ForAsync($"a process that is at '{during}'", () => File.Exists(mark));
    }

    private static bool HasNew(UpdateChecker checker)
    {
        var before = checker.Last.Values.Sum();
        checker.ReadNew();
        return checker.Last.Values.Sum() > before;
    }

    private static string RoleName(ProcessCluster cluster, int kill) => cluster.Names[(kill + (kill / Classes.Length)) % cluster.Names.Count];

    private static LauncherOptions OptionsFor(TextFolder folder) => new()
    {
        Job = "word-count",
        Processes = 4,
        Program = Path.Combine(AppContext.BaseDirectory, "WordCount.dll"),
        Arguments = ["--input", folder.Input, "--output", folder.Output, "--pace-file", folder.PaceFile, "--checkpoint", "1s"],
        Engine = [$"--Gearpump:State={State(folder)}", "--Gearpump:CheckpointInterval=1s"],
        Environment = new Dictionary<string, string>
        {
            ["GEARPUMP_FAILPOINTS"] = string.Join(',', new[] { ("before-snapshot", "snapshot"), ("before-manifest", "manifest"), ("before-publish", "publish"), ("rollback", "rollback") }
                .SelectMany(point => new[] { $"{point.Item1}=touch:{Mark(folder, point.Item2)}", $"{point.Item1}=sleep:100" })),
        },
    };

    private static string Mark(TextFolder folder, string during) => Path.Combine(folder.Root, $"at-{during}");

    private static string State(TextFolder folder) => Path.Combine(folder.Output, ".state");

    private static string Counts(TextFolder folder) => Path.Combine(folder.Output, "counts");
}

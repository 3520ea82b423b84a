using System.Diagnostics;
using System.Globalization;
using Gearpump.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>With the output stopped and input at full speed memory stays bounded, and the job goes on by itself. Real: processes, gRPC, files, an embedded Redis (Garnet).</summary>
[Collection("faults")]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const long OwedBytesMax = 64L * 1024 * 1024;

    /// <summary>The stated bound of each process: what it owes, its caches and channels, and .NET.</summary>
    private const long ResidentMostMb = 500;

    private static readonly TimeSpan StoppedFor = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("GEARPUMP_FAULTS") == "large" ? 60 : 25);

    [Fact]
    public async Task OutputStopped_InputAtFullSpeed_MemoryBoundedAndItGoesOn()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("NOT TESTED here: resident memory is read from /proc");
        }

        using var folder = new TextFolder();
        folder.Write("a.txt", 100_000, 51);
        var stopped = Path.Combine(folder.Root, "stopped");
        var pause = ((long)StoppedFor.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        using var cluster = new JobCluster(folder, new ClusterSettings
        {
            Checkpoint = "500ms",
            LinesPerSecond = 100_000_000,
            Input = ["--repeat", "10000"],
            Engine = [$"--Gearpump:OwedBytesMax={OwedBytesMax}"],
            Failpoints = (name, starts) => starts == 0 && name.StartsWith("processor", StringComparison.Ordinal)
                ? $"during-publish=touch:{stopped}@3,during-publish=sleep:{pause}@3" : "",
        });
        await WaitAsync.ForAsync("an output that stands still", () => File.Exists(stopped));

        var most = new Dictionary<string, long>(StringComparer.Ordinal);
        var pushedBack = false;
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < StoppedFor)
        {
            foreach (var name in cluster.Processes.Names)
            {
                most[name] = Math.Max(most.GetValueOrDefault(name), ResidentMb(cluster.Processes.PidOf(name)));
            }

            pushedBack |= await cluster.StatusAsync() is { PushBack: true };
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var files = Directory.GetFiles(folder.Counts).Length;
        await WaitAsync.ForAsync("committed output after the pause", () => Directory.GetFiles(folder.Counts).Length > files + 3);
        await cluster.CutsAsync(2);
        output.WriteLine($"output stopped for {StoppedFor.TotalSeconds} s; most resident memory: {string.Join(", ", most.Select(pair => $"{pair.Key} {pair.Value} MB"))}");
        pushedBack.ShouldBeTrue("the outputs never reached their bound: give it more input");
        most.Values.ShouldAllBe(megabytes => megabytes < ResidentMostMb);
        (await cluster.StatusAsync()).ShouldNotBeNull().Rollbacks.ShouldBe(0ul);
    }

    private static long ResidentMb(int pid) => File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] ? long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024 : 0;
}

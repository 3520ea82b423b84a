using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Gearpump.Hosting.Launch;

/// <summary>Kills processes at random until every role has had its share, then lets the job end.</summary>
internal sealed class Chaos(ChaosOptions options, ProcessCluster cluster)
{
    private static readonly TimeSpan CommitMost = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, int> _killed = new(StringComparer.Ordinal);

    public int Kills => _killed.Values.Sum();

    public void SlowDown()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.PaceFile)!);
        File.WriteAllText(options.PaceFile, options.LinesPerSecond.ToString(CultureInfo.InvariantCulture));
    }

    public async Task RunAsync(CancellationToken over)
    {
        try
        {
            await CommittedAfterAsync(0, over).ConfigureAwait(false);
            while (!over.IsCancellationRequested && Roles().Any(role => _killed.GetValueOrDefault(role) < options.KillsEach))
            {
                await Task.Delay(options.EveryMs + RandomNumberGenerator.GetInt32(options.EveryMs), over).ConfigureAwait(false);
                var wanted = cluster.Names.Where(name => _killed.GetValueOrDefault(RoleOf(name)) < options.KillsEach).ToList();
                var name = wanted[RandomNumberGenerator.GetInt32(wanted.Count)];
                var before = options.Committed();
                var began = Stopwatch.GetTimestamp();
                if (cluster.Signal(name, "KILL") is var pid and not 0)
                {
                    _killed[RoleOf(name)] = _killed.GetValueOrDefault(RoleOf(name)) + 1;
                    // The first new publication may have been on its way when the process died; the second one was made without it.
                    var back = await CommittedAfterAsync(before + 1, over).ConfigureAwait(false)
                        ? string.Create(CultureInfo.InvariantCulture, $"new committed output after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s")
                        : $"no new committed output within {CommitMost.TotalSeconds} s";
                    Console.WriteLine($"killed {name} (pid {pid}): {back}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The job is over before the killing is.
        }

        File.Delete(options.PaceFile);
    }

    private IEnumerable<string> Roles() => cluster.Names.Select(RoleOf).Distinct();

    private static string RoleOf(string name) => name.Split('-')[0];

    private async Task<bool> CommittedAfterAsync(long publications, CancellationToken over)
    {
        var began = Stopwatch.GetTimestamp();
        while (options.Committed() <= publications)
        {
            if (Stopwatch.GetElapsedTime(began) > CommitMost)
            {
                return false;
            }

            await Task.Delay(20, over).ConfigureAwait(false);
        }

        return true;
    }
}

using System.Diagnostics;
using Gearpump.Files;
using Gearpump.Hosting.Launch;

namespace Gearpump.Benchmarks;

/// <summary>
/// Runs the word count as a user does, exactly once with a cut every second, and measures from outside: words committed between
/// the first file behind 10 % of the input and the last one before 95 %, by the time between the two. Start and end are outside.
/// </summary>
internal static class WordCountRate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static async Task<double> MeasureAsync(BenchmarkInput input, string[] settings, CancellationToken cancellation)
    {
        var output = Path.Combine(input.Folder, "out");
        using var process = Start(input, output, settings);
        var seen = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var began = Stopwatch.GetTimestamp();
        while (!process.HasExited)
        {
            await Task.Delay(LookEvery, cancellation);
            Look(output, seen, began);
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"the word count has left with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(cancellation)}");
        }

        Look(output, seen, began);
        var rate = Rate(input, output, seen);
        Directory.Delete(output, recursive: true);
        return rate;
    }

    private static Process Start(BenchmarkInput input, string output, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "WordCount.dll"), "--input", input.Text, "--repeat", $"{input.Repeat}", "--output", output, "--checkpoint", "1s",
        }.Concat(settings))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;

        // Progress lines; whoever does not read them stops the program.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static void Look(string output, Dictionary<string, TimeSpan> seen, long began)
    {
        var folder = Path.Combine(output, "counts");
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.txt").Where(static path => Path.GetFileName(path)[0] != '.'))
            {
                seen.TryAdd(path, Stopwatch.GetElapsedTime(began));
            }
        }
    }

    private static double Rate(BenchmarkInput input, string output, Dictionary<string, TimeSpan> seen)
    {
        var instance = JobState.Read(Path.Combine(output, ".state"), "word-count")!.Instance;
        var (words, first, last) = (0L, (Words: 0L, At: TimeSpan.Zero), (Words: 0L, At: TimeSpan.Zero));
        foreach (var path in CommittedFiles.Files(Path.Combine(output, "counts"), instance))
        {
            words += File.ReadLines(path).LongCount();
            if (first.Words == 0 && words > input.Words / 10)
            {
                first = (words, seen[path]);
            }

            if (words < input.Words * 95 / 100)
            {
                last = (words, seen[path]);
            }
        }

        if (words != input.Words)
        {
            throw new InvalidOperationException($"{words} updates were committed, the input has {input.Words} words");
        }

        return last.Words > first.Words
            ? (last.Words - first.Words) / (last.At - first.At).TotalSeconds
            : throw new InvalidOperationException("too few cuts for a rate: give it more words");
    }
}

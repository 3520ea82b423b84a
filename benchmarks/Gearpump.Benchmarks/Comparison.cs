using System.Globalization;

namespace Gearpump.Benchmarks;

/// <summary>Measures everything in turn, round after round, so that a noisy machine disturbs all alike.</summary>
internal static class Comparison
{
    public static async Task<int> RunAsync(long words, int rounds, CancellationToken cancellation)
    {
        using var input = BenchmarkInput.Create(words);
        var contestants = new (string Name, Func<Task<double>> Measure)[]
        {
            ("word count, embedded", () => WordCountRate.MeasureAsync(input, [], cancellation)),
            ("word count, --processes 4", () => WordCountRate.MeasureAsync(input, ["--processes", "4"], cancellation)),
            ("raw gRPC, batches of 32 KiB", () => RawGrpc.MeasureAsync(input, batchBytes: 32 * 1024, cancellation)),
            ("raw gRPC, a word a message", () => RawGrpc.MeasureAsync(input, batchBytes: 1, cancellation)),
        };
        var rates = contestants.ToDictionary(one => one.Name, _ => new List<double>());
        Console.WriteLine($"{input.Words:N0} words a run, {rounds} rounds, {Environment.ProcessorCount} cores; load {Load()}");
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, measure) in contestants)
            {
                var rate = await measure();
                rates[name].Add(rate);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {name,-28} {rate,14:N0} words/s   load {Load()}"));
            }
        }

        Console.WriteLine();
        Console.WriteLine($"{"words a second",-28} {"minimum",14} {"median",14} {"maximum",14}");
        foreach (var (name, measured) in rates)
        {
            measured.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} {measured[0],14:N0} {measured[measured.Count / 2],14:N0} {measured[^1],14:N0}"));
        }

        return 0;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

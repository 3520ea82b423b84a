using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Gearpump.Simulation;

// Replays one seed, shrinks one that fails, or runs many.
var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = static _ => 1 };
var seeds = new Option<int>("--seeds") { Description = "How many seeds.", DefaultValueFactory = static _ => 1 };
var profile = new Option<string>("--profile") { Description = $"The mixture of faults: {string.Join(", ", SimulationProfile.Names)}.", DefaultValueFactory = static _ => "mixed" };
var set = new Option<string[]>("--set") { Description = "Changes the mixture: PROPERTY=VALUE.", Arity = ArgumentArity.ZeroOrMore };
var faults = new Option<string?>("--faults") { Description = "Only these faults strike, by their numbers: 3,17 (none: \"\")." };
var trace = new Option<bool>("--trace") { Description = "Prints every event." };
var shrink = new Option<bool>("--shrink") { Description = "Shrinks the first seed that fails." };
profile.AcceptOnlyFromAmong([.. SimulationProfile.Names]);
var command = new RootCommand("Runs a whole job under one seed: real machines, simulated network, processes, store and outputs.")
{
    seed, seeds, profile, set, faults, trace, shrink,
};
command.SetAction(parsed =>
{
    SimulationProfile Mixture(ulong number)
    {
        var mixture = SimulationProfile.Named(parsed.GetValue(profile)!, number);
        foreach (var change in parsed.GetValue(set) ?? [])
        {
            var at = change.IndexOf('=', StringComparison.Ordinal);
            mixture = mixture.With(at < 0 ? change : change[..at], at < 0 ? "" : change[(at + 1)..]);
        }

        return parsed.GetValue(faults) is { } only
            ? mixture with { Only = only.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).ToHashSet() }
            : mixture;
    }

    try
    {
        var first = parsed.GetValue(seed);
        return parsed.GetValue(seeds) == 1
            ? One(first, Mixture(first), parsed.GetValue(trace), parsed.GetValue(shrink))
            : Many(first, parsed.GetValue(seeds), Mixture, parsed.GetValue(shrink));
    }
    catch (ArgumentException e)
    {
        Console.Error.WriteLine(e.Message);
        return 78;
    }
});
return command.Parse(args).Invoke();

static int One(ulong seed, SimulationProfile mixture, bool trace, bool shrink)
{
    var result = trace ? SimulationRun.ExecuteOnce(seed, mixture, Console.WriteLine) : SimulationRun.Execute(seed, mixture);
    Console.WriteLine(result);
    if (shrink && !result.Ok)
    {
        Console.WriteLine($"{Environment.NewLine}shrunk: {Shrinking.Of(result, mixture)}");
    }

    return result.Ok ? 0 : 1;
}

static int Many(ulong first, int seeds, Func<ulong, SimulationProfile> mixture, bool shrink)
{
    var (sum, failed, done, traces, gate) = (new SimulationStats(), 0, 0, 0UL, new Lock());
    var watch = Stopwatch.StartNew();
    Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
    {
        var number = first + (ulong)i;
        var result = SimulationRun.Execute(number, mixture(number));
        lock (gate)
        {
            sum.Add(result.Stats);
            traces ^= result.TraceHash;
            if (++done % 10_000 == 0)
            {
                Console.WriteLine($"{done:N0} of {seeds:N0} seeds, {failed} failed, {watch.Elapsed.TotalSeconds:F0} s");
            }

            if (!result.Ok)
            {
                Console.WriteLine(result with { LastEvents = [] });
                if (failed++ == 0 && shrink)
                {
                    Console.WriteLine($"shrunk: {Shrinking.Of(result, mixture(number))}");
                }
            }
        }
    });
    var minutes = watch.Elapsed.TotalMinutes;
    Console.WriteLine(sum);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"in a minute: {seeds / minutes:N0} seeds, {sum.Faults / minutes:N0} faults, {sum.RecordsPublished / minutes:N0} published records, {sum.SimulatedMs / minutes / 3_600_000:N1} simulated hours"));
    // Whoever changes the code and not what it does sees the same number again.
    Console.WriteLine($"all traces: {traces:x16}");
    Console.WriteLine($"{seeds} runs, {failed} failed, {watch.Elapsed.TotalSeconds:F0} s");
    return failed == 0 ? 0 : 1;
}

using System.Globalization;
using Gearpump.Simulation;

// Replays one seed, or runs many: --seed N [--count N] [--profile mixed|calm|rivals|kafka] [--trace]
ulong seed = 1;
var count = 1;
var profile = "mixed";
var trace = false;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seed" when i + 1 < args.Length && ulong.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case "--count" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out count):
            i++;
            break;
        case "--profile" when i + 1 < args.Length && args[i + 1] is "mixed" or "calm" or "rivals" or "kafka":
            profile = args[++i];
            break;
        case "--trace":
            trace = true;
            break;
        default:
            Console.Error.WriteLine($"'{args[i]}' is not understood: --seed N [--count N] [--profile mixed|calm|rivals|kafka] [--trace]");
            return 78;
    }
}

if (trace)
{
    var told = SimulationRun.ExecuteOnce(seed, SimulationProfile.Named(profile, seed), Console.WriteLine);
    Console.WriteLine(told);
    return told.Ok ? 0 : 1;
}

var sum = new SimulationStats();
var failed = 0;
var gate = new Lock();
Parallel.For(0, count, i =>
{
    var result = SimulationRun.Execute(seed + (ulong)i, SimulationProfile.Named(profile, seed + (ulong)i));
    lock (gate)
    {
        sum.Add(result.Stats);
        if (!result.Ok)
        {
            failed++;
            Console.WriteLine(count == 1 ? result : result with { LastEvents = [] });
        }
        else if (count == 1)
        {
            Console.WriteLine(result);
        }
    }
});
Console.WriteLine(sum);
Console.WriteLine($"{count} runs, {failed} failed");
return failed == 0 ? 0 : 1;

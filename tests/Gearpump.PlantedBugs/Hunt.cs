using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gearpump.PlantedBugs;

/// <summary>Plants each bug by itself and runs seeds until an oracle notices it.</summary>
internal sealed class Hunt(MutantCompiler compiler)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>All results, in the order of the bugs. <paramref name="factor"/>: so many times the seeds of each.</summary>
    public IReadOnlyList<PlantResult> Run(IReadOnlyList<PlantedBug> bugs, int factor = 1, Action<PlantResult>? told = null)
    {
        var results = new PlantResult[bugs.Count];
        // Those that take long first, so that no thread is left alone with one at the end.
        var queue = new ConcurrentQueue<int>(Enumerable.Range(0, bugs.Count).OrderByDescending(i => bugs[i].Seeds));
        var hunters = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Start(() =>
        {
            while (queue.TryDequeue(out var i))
            {
                results[i] = RunInTime(bugs[i], factor);
                told?.Invoke(results[i]);
            }
        })).ToList();
        hunters.ForEach(static hunter => hunter.Join());
        return results;
    }

    /// <summary>
    /// The product as it is, compiled in the same way, over the seeds that bugs were noticed by: what was noticed is the bug, and
    /// nothing else. Null: every seed passes, with the very trace that the program's own engine leaves.
    /// </summary>
    public string? Control(IEnumerable<PlantResult> results)
    {
        var asIs = new MutantContext("as it is", compiler.Compile(null));
        var wrong = new ConcurrentQueue<string>();
        var seeds = results.Where(static result => result.IsCaught && result.Bug.World == default).Select(static result => (result.Seed, result.Bug.Profile)).Distinct();
        Parallel.ForEach(seeds, place =>
        {
            var (oracle, told) = asIs.Run(place.Seed, place.Profile, nameof(Simulation.SimulationPlant.None));
            var (_, ours) = Simulation.SeedProbe.Run(place.Seed, place.Profile, nameof(Simulation.SimulationPlant.None));
            if (oracle is not null || told != ours)
            {
                wrong.Enqueue($"seed {place.Seed} of profile {place.Profile} without any bug: {oracle} {told}, by the program's own engine: {ours}");
            }
        });
        return wrong.IsEmpty ? null : string.Join('\n', wrong);
    }

    // A bug may make a machine turn on the spot for ever: a thread cannot be ended, but need not be waited for.
    private PlantResult RunInTime(PlantedBug bug, int factor)
    {
        PlantResult? result = null;
        Exception? thrown = null;
        var watch = Stopwatch.StartNew();
        var thread = Start(() =>
        {
            try
            {
                result = RunOne(bug, factor, watch);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                thrown = e;
            }
        });
        return !thread.Join(Patience * factor) ? new PlantResult(bug, 0, 0, null, $"not done after {Patience * factor}", watch.Elapsed)
            : result ?? new PlantResult(bug, 0, 0, null, thrown is CatalogueException ? thrown.Message : $"{thrown}", watch.Elapsed);
    }

    private PlantResult RunOne(PlantedBug bug, int factor, Stopwatch watch)
    {
        var compiled = bug.Edits.Count == 0 ? null : compiler.Compile(bug);
        if (bug.HiddenBy is { } reason && factor == 1)
        {
            return new PlantResult(bug, 0, 0, null, reason, watch.Elapsed);
        }

        if (compiled is null)
        {
            return RunSeeds(Simulation.SeedProbe.Run, bug, factor, watch);
        }

        var mutant = new MutantContext(bug.Name, compiled);
        try
        {
            return RunSeeds(mutant.Run, bug, factor, watch);
        }
        finally
        {
            mutant.Unload();
        }
    }

    private static PlantResult RunSeeds(Func<ulong, string, string, (string? Oracle, string Told)> run, PlantedBug bug, int factor, Stopwatch watch)
    {
        for (var n = 0; n < bug.Seeds * factor; n++)
        {
            var seed = bug.FirstSeed + (ulong)n;
            var (oracle, told) = Probe(run, bug, seed);
            if (oracle is not null)
            {
                return new PlantResult(bug, seed, n + 1, oracle, told, watch.Elapsed);
            }
        }

        return new PlantResult(bug, 0, bug.Seeds * factor, null, "nobody noticed it", watch.Elapsed);
    }

    private static (string? Oracle, string Told) Probe(Func<ulong, string, string, (string? Oracle, string Told)> run, PlantedBug bug, ulong seed)
    {
        try
        {
            return run(seed, bug.Profile, $"{bug.World}");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What an oracle could not make sense of is no finding.
            return (null, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static Thread Start(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true };
        thread.Start();
        return thread;
    }
}

using System.Reflection;
using Gearpump.Simulation.Faults;

namespace Gearpump.Simulation;

/// <summary>
/// Makes a failing run small: first a simpler job and fewer kinds of faults, then fewer faults (delta debugging, after Zeller and
/// Hildebrandt), as long as the same oracle still notices it. What is left out changes what happens behind it, so the smallest run
/// may fail in another way than the first one did, for the same reason.
/// </summary>
public sealed class Shrinking
{
    private const int RunsMost = 500;

    private static readonly string[] Kept = [nameof(SimulationProfile.Name), nameof(SimulationProfile.Plant), nameof(SimulationProfile.Only),
        nameof(SimulationProfile.Changes), nameof(SimulationProfile.FaultsMs), nameof(SimulationProfile.InputMs), nameof(SimulationProfile.FaultEveryMs)];

    private static readonly string[] Halved = [nameof(SimulationProfile.LinesPerSplit), nameof(SimulationProfile.Splits),
        nameof(SimulationProfile.ProcessorWorkers), nameof(SimulationProfile.SourceWorkers)];

    private static readonly SimulationProfile Simplest = new() { Name = "", Splits = 1, ProcessorWorkers = 1, LinesPerSplit = 10 };
    private readonly ulong _seed;
    private readonly string _oracle;
    private int _runsLeft;

    private Shrinking(SimulationResult failed) => (_seed, _oracle) = (failed.Seed, failed.Oracle ?? "");

    /// <summary>The smallest run that is found in a bounded number of runs, with its last events.</summary>
    public static SimulationResult Of(SimulationResult failed, SimulationProfile profile)
    {
        var shrinking = new Shrinking(failed);
        var simpler = shrinking.Job(profile);
        return SimulationRun.Execute(failed.Seed, shrinking.Faults(simpler));
    }

    private SimulationProfile Job(SimulationProfile profile)
    {
        _runsLeft = RunsMost;
        while (_runsLeft > 0)
        {
            var smaller = profile;
            foreach (var property in typeof(SimulationProfile).GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                if (property.CanWrite && !Kept.Contains(property.Name))
                {
                    smaller = Simplify(smaller, property);
                }
            }

            if (ReferenceEquals(smaller, profile))
            {
                break;
            }

            profile = smaller;
        }

        return profile;
    }

    private SimulationProfile Simplify(SimulationProfile profile, PropertyInfo property)
    {
        var value = property.GetValue(profile);
        if (!Equals(value, property.GetValue(Simplest)) && TryChange(profile, property, property.GetValue(Simplest)) is { } simplest)
        {
            return simplest;
        }

        return value is int number && number > 1 && Halved.Contains(property.Name) && TryChange(profile, property, number / 2) is { } halved ? halved : profile;
    }

    private SimulationProfile? TryChange(SimulationProfile profile, PropertyInfo property, object? value)
    {
        var changed = profile.With(property.Name, FormattableString.Invariant($"{value}"));
        return Fails(changed) is null ? null : changed;
    }

    private SimulationProfile Faults(SimulationProfile profile)
    {
        _runsLeft = RunsMost;
        if (Fails(profile) is not { } result)
        {
            return profile;
        }

        var left = result.Faults.Select(static fault => fault.Number).ToList();
        for (var parts = 2; left.Count > 0 && _runsLeft > 0;)
        {
            var size = Math.Max(1, left.Count / parts);
            var smaller = Enumerable.Range(0, (left.Count + size - 1) / size)
                .Select(part => left.Where((_, i) => i / size != part).ToList())
                .Select(rest => Fails(profile with { Only = rest.ToHashSet() }) is { } shorter ? shorter.Faults.Select(static fault => fault.Number).ToList() : null)
                .FirstOrDefault(static rest => rest is not null);
            if (smaller is not null)
            {
                (left, parts) = (smaller, Math.Max(2, parts - 1));
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                parts = Math.Min(2 * parts, left.Count);
            }
        }

        return profile with { Only = left.ToHashSet() };
    }

    private SimulationResult? Fails(SimulationProfile profile)
    {
        if (_runsLeft == 0)
        {
            return null;
        }

        _runsLeft--;
        var result = SimulationRun.ExecuteOnce(_seed, profile, null);
        return !result.Ok && result.Oracle == _oracle ? result : null;
    }
}

namespace Gearpump.Simulation;

/// <summary>One seed, one run: a whole job with its processes, in virtual time, on the caller's thread.</summary>
public static class SimulationRun
{
    private const int LastEventsMax = 250;

    /// <summary>Runs a seed in the mixture of its own.</summary>
    public static SimulationResult Execute(ulong seed) => Execute(seed, SimulationProfile.Mixed(seed));

    /// <summary>Runs a seed. One that fails is run once more to record its last events.</summary>
    public static SimulationResult Execute(ulong seed, SimulationProfile profile)
    {
        var result = ExecuteOnce(seed, profile, null);
        if (result.Ok)
        {
            return result;
        }

        var last = new Queue<string>();
        var again = ExecuteOnce(seed, profile, line =>
        {
            last.Enqueue(line);
            if (last.Count > LastEventsMax)
            {
                last.Dequeue();
            }
        });
        return again.TraceHash == result.TraceHash
            ? result with { LastEvents = [.. last] }
            : result with { LastEvents = [.. last, $"the second run differs: {again.TraceHash:x16}, {again.Failure}"] };
    }

    /// <summary>Runs a seed and hands over every event as a line of text.</summary>
    public static SimulationResult ExecuteOnce(ulong seed, SimulationProfile profile, Action<string>? record)
    {
        var world = new SimWorld(seed, profile, record);
        string? failure = null, oracle = null;
        try
        {
            world.Run();
        }
        catch (SimulationFailedException e)
        {
            (failure, oracle) = (e.Message, e.Oracle);
        }

        return new SimulationResult(seed, profile.Name, failure, world.Trace.Hash, world.Stats, [])
        {
            Oracle = oracle,
            Faults = world.Struck,
            Changes = profile.Arguments,
        };
    }
}

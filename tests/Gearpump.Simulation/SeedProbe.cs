namespace Gearpump.Simulation;

/// <summary>
/// One seed, asked for and answered in types of the runtime only: the planted bugs load this assembly again, beside an engine
/// with a bug in it, and call it from outside.
/// </summary>
public static class SeedProbe
{
    /// <summary>Runs a seed in a named mixture, with a bug in the simulated world or none. Returns the oracle and the failure, or null and the trace's hash.</summary>
    public static (string? Oracle, string Told) Run(ulong seed, string profile, string worldPlant)
    {
        var mixture = SimulationProfile.Named(profile, seed) with { Plant = Enum.Parse<SimulationPlant>(worldPlant) };
        var result = SimulationRun.ExecuteOnce(seed, mixture, null);
        return result.Ok ? (null, $"{result.TraceHash:x16}") : (result.Oracle, result.Failure!);
    }
}

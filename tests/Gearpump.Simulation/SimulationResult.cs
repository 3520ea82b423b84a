using Gearpump.Simulation.Faults;

namespace Gearpump.Simulation;

/// <summary>How a run went.</summary>
/// <param name="Failure">The broken promise; null: all were kept.</param>
/// <param name="LastEvents">Of a failed run: its last events, oldest first.</param>
public sealed record SimulationResult(
    ulong Seed,
    string Profile,
    string? Failure,
    ulong TraceHash,
    SimulationStats Stats,
    IReadOnlyList<string> LastEvents)
{
    private const int FaultsShown = 20;

    public bool Ok => Failure is null;

    /// <summary>The name of the check that noticed the failure; null where there is none.</summary>
    public string? Oracle { get; init; }

    /// <summary>What was changed of the seed's mixture, as arguments of the command; empty: nothing.</summary>
    public string Changes { get; init; } = "";

    /// <summary>The faults that struck, in their order.</summary>
    public IReadOnlyList<StruckFault> Faults { get; init; } = [];

    /// <summary>Runs the same seed again and prints every event.</summary>
    public string Replay =>
        $"dotnet run --project tests/Gearpump.Simulation -- --seed {Seed} --profile {Profile}{Changes} --trace";

    public override string ToString() => Ok
        ? $"seed {Seed} ({Profile}): ok, trace {TraceHash:x16}"
        : $"seed {Seed} ({Profile}) FAILED by {Oracle}: {Failure}{Environment.NewLine}"
            + $"replay: {Replay}{Environment.NewLine}"
            + $"{Faults.Count} faults: {string.Join("; ", Faults.TakeLast(FaultsShown))}{Environment.NewLine}"
            + string.Join(Environment.NewLine, LastEvents);
}

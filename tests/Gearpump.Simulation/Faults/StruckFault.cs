namespace Gearpump.Simulation.Faults;

/// <summary>One fault of a run.</summary>
/// <param name="Number">Its place among all that the seed draws.</param>
/// <param name="AtMs">Virtual time.</param>
public readonly record struct StruckFault(int Number, long AtMs, string What)
{
    public override string ToString() => $"#{Number} at {AtMs} ms: {What}";
}

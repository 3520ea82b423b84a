using System.Runtime.CompilerServices;
using Gearpump.Simulation.Oracles;

namespace Gearpump.Simulation;

/// <summary>A promise was broken; the message says which, and <see cref="Oracle"/> who noticed it.</summary>
internal sealed class SimulationFailedException(
    string message, Exception? inner = null, string? oracle = null, [CallerFilePath] string thrownBy = "") : Exception(message, inner)
{
    /// <summary>One of <see cref="OracleName"/>: what the check is about, the same whatever the message says.</summary>
    public string Oracle { get; } = oracle ?? OracleName.Of(thrownBy);
}

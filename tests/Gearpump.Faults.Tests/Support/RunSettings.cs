namespace Gearpump.Faults.Tests.Support;

/// <summary>How a run differs from the usual one.</summary>
internal sealed record RunSettings
{
    public string Checkpoint { get; init; } = "300ms";

    public bool AtLeastOnce { get; init; }

    public IReadOnlyList<string> OtherCoordinators { get; init; } = [];

    /// <summary>The failpoints of a process, by its name, how often it was started before, and the run's folder.</summary>
    public Func<string, int, string, string> Failpoints { get; init; } = (_, _, _) => "";
}

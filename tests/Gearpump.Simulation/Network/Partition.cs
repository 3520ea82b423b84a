using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Network;

/// <summary>Some machines cannot be reached from the others, or cannot reach them, or both; nobody is told, and new connections hang too.</summary>
/// <param name="Inside">The process names on the one side; whoever takes a name later is on the same side.</param>
/// <param name="Outward">What the inside sends is lost to the outside until it is over.</param>
/// <param name="Inward">What the outside sends is lost to the inside.</param>
/// <param name="Storeless">The inside cannot reach object storage either.</param>
internal sealed record Partition(IReadOnlySet<string> Inside, bool Outward, bool Inward, bool Storeless, long UntilMs)
{
    /// <summary>Whether what one process sends does not reach the other.</summary>
    public bool Parts(SimProcess from, SimProcess to) =>
        (Outward && Inside.Contains(from.Slot) && !Inside.Contains(to.Slot)) || (Inward && !Inside.Contains(from.Slot) && Inside.Contains(to.Slot));
}

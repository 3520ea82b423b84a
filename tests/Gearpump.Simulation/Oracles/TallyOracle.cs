using System.Buffers.Binary;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// State without a key, of tasks that become more and fewer: at the end its parts add up to the number of lines. So do the counters
/// that the manifests carry on.
/// </summary>
internal sealed class TallyOracle(SimWorld world)
{
    /// <summary>The job has ended with this manifest.</summary>
    public void Ended(Manifest manifest)
    {
        // Counters are part of the cuts: each rejected record counts once.
        var rejected = manifest.Counters.FirstOrDefault(static counter => counter.Name == "rejected")?.Value ?? 0;
        var letters = world.Expected(SimGraphs.Dead).Values.Sum();
        if ((long)rejected != letters)
        {
            throw world.Fail($"{rejected} records are counted as rejected, the input has {letters}");
        }

        if (!SimGraphs.HasTally(world.Profile))
        {
            return;
        }

        // The value is the last thing in an object: eight bytes.
        var sum = manifest.Objects.Where(static held => held.Step == TallyTask.Step)
            .Sum(held => BinaryPrimitives.ReadInt64LittleEndian(world.Store.Find(held.Key).AsSpan()[^sizeof(long)..]));
        var lines = world.Splits.Sum(static split => split.Lines.Count(static line => !line.Bad && !SimSplit.IsRefused(line.Bytes)));
        if (sum != lines)
        {
            throw world.Fail($"the tallies of all tasks add up to {sum}, the input has {lines} lines");
        }
    }
}

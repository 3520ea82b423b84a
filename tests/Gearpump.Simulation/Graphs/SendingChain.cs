using Gearpump.Runtime;
using Gearpump.Simulation.Oracles;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Graphs;

/// <summary>A chain that sends words to the count, each with its place in the order in which they are sent.</summary>
internal abstract class SendingChain(SimWorld world, WorkerProcess process, string step) : SimChain(step)
{
    private OrderOracle.Outbox? _outbox;

    // The epoch is known for certain once there is something to process.
    protected Record Keyed(byte[] key, int wordOfLine)
    {
        var stamp = (_outbox ??= world.Order.NewOutbox(process)).Next();
        world.Provenance.Sent(stamp, wordOfLine);
        return new Record(KeyGroups.Hash(key), key, default, valueIsKey: true, stamp);
    }
}

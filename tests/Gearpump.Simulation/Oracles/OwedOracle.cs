using Gearpump.Protocol.V1;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>Memory and storage are bounded: where more is owed to the outside than may be, a coordinator tells the sources to pause.</summary>
internal sealed class OwedOracle(SimWorld world)
{
    public void Observe(CoordinatorProcess coordinator, JobStatus status)
    {
        var owed = world.Job.Of(status.Instance).Unpaid(status).Sum(segment => (long)segment.Length);
        if (owed > coordinator.OwedBytesMax && !status.PushBack)
        {
            throw world.Fail($"{coordinator.Name} lets the sources read on, and {owed} bytes are owed, of {coordinator.OwedBytesMax}", OracleName.Memory);
        }
    }
}

using Gearpump.Search.Hosts;
using Gearpump.Protocol.V1;

namespace Gearpump.Search.Worlds;

/// <summary>The faults that are left.</summary>
internal sealed class FaultBudget(CoordinationBounds bounds)
{
    private int _coordinatorCrashes = bounds.CoordinatorCrashes;
    private int _processorCrashes = bounds.ProcessorCrashes;
    private int _sourceCrashes = bounds.SourceCrashes;
    private int _coordinatorPauses = bounds.CoordinatorPauses;
    private int _processorPauses = bounds.ProcessorPauses;

    public int Rivals { get; set; } = bounds.Rivals;

    public int TimeOuts { get; set; } = bounds.TimeOuts;

    public bool MayCrash(HostProcess process) => process switch
    {
        CoordinatorHost => _coordinatorCrashes > 0,
        WorkerHost { Role: Role.Source } => _sourceCrashes > 0,
        _ => _processorCrashes > 0,
    };

    public bool MayPause(HostProcess process) => process switch
    {
        CoordinatorHost => _coordinatorPauses > 0,
        WorkerHost { Role: Role.Source } => false,
        _ => _processorPauses > 0,
    };

    public void Crash(HostProcess process) => _ = process switch
    {
        CoordinatorHost => _coordinatorCrashes--,
        WorkerHost { Role: Role.Source } => _sourceCrashes--,
        _ => _processorCrashes--,
    };

    public void Pause(HostProcess process) => _ = process is CoordinatorHost ? _coordinatorPauses-- : _processorPauses--;
}

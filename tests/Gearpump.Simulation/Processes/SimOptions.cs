using Gearpump.Engine.Coordination;
using Gearpump.Engine.Work;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Graphs;

namespace Gearpump.Simulation.Processes;

/// <summary>What processes are started with, as the seed draws it: times, bounds and sizes, far below and near production's.</summary>
internal static class SimOptions
{
    public static CoordinatorOptions Coordinator(SimWorld world, SimRandom random) => new()
    {
        Job = SimGraphs.Job,
        Writer = "",
        SettleMs = random.Between(300L, 2_000L),
        TickMs = world.Profile.TickMs,
        SilenceMs = world.Profile.SilenceMs,
        ReattachMs = random.Between(300L, 1_000L),
        TakeoverGraceMs = random.Between(1_000L, 6_000L),
        ReplacementMs = random.Between(200L, 2_000L),
        RestoreStallMs = random.Between(8_000L, 12_000L),
        RestartBudget = world.Profile.RestartBudget,
        ManifestsKept = world.Profile.ManifestsKept,
        OwedBytesMax = random.PerMille(300) ? random.Between(200L, 2_000L) : 1_000_000,
    };

    public static WorkerOptions Worker(SimWorld world, SimRandom random)
    {
        var tight = world.Profile.TightCredit;
        return new WorkerOptions
        {
            Job = SimGraphs.Job,
            Name = "",
            Process = "",
            Role = Role.Unspecified,
            Address = "",
            HeartbeatMs = Math.Min(1_000, world.Profile.SilenceMs / 4),
            SilenceMs = world.Profile.SilenceMs,
            LingerMs = random.Between(1L, 30L),
            BatchBytes = tight ? random.Between(20, 200) : 2 * 1024,
            BatchBytesMax = tight ? 60 : 1024 * 1024,
            BatchRecords = tight ? random.Between(1, 8) : 4_096,
            CreditRecords = tight ? random.Between(1, 16) : 64 * 1024,
            CreditBytes = tight ? random.Between(64, 1_024) : 2 * 1024 * 1024,
            SegmentBytes = random.PerMille(500) ? random.Between(50, 400) : 4 * 1024 * 1024,
            InlineSegmentBytes = random.PerMille(500) ? random.Between(0, 100) : 16 * 1024,
            UploadBytesMax = random.PerMille(300) ? random.Between(100, 2_000) : 64 * 1024 * 1024,
            SnapshotObjectBytes = random.PerMille(500) ? random.Between(30, 300) : 8 * 1024 * 1024,
        };
    }
}

using Gearpump.Sources;

namespace Gearpump.Simulation.Sources;

/// <summary>The input: splits of lines, read again from any position.</summary>
internal sealed class SimSource(SimWorld world, string stage) : ITimeReplayableSource
{
    public string Identity => $"simulated {stage}";

    public ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation)
    {
        world.Job.ListedSplits();
        return ValueTask.FromResult<IReadOnlyList<SourceSplit>>(
            [.. world.SplitsOf(stage).Select(static split => new SourceSplit(split.Id, SourcePosition.FromInt64(0), SourcePosition.FromInt64(split.Lines.Length)))]);
    }

    public ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation) =>
        ValueTask.FromResult<ISplitReader>(new SimSplitReader(world, world.Splits.Single(one => one.Id == split.Id), Opened(position.ToInt64())));

    private long Opened(long position) => position > 0 && world.Profile.Plant == SimulationPlant.SkippingSource ? position + 1 : position;
}

using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>An append-only log of one task in one epoch.</summary>
internal sealed class SimDirectWriter(SimTarget target, DirectWriterId id) : IDirectWriter
{
    public DirectWriterId Id => id;

    public ValueTask AppendAsync(ReadOnlyMemory<byte> segment, CancellationToken cancellation)
    {
        target.Of(id.Instance).Appended(id, segment);
        return ValueTask.CompletedTask;
    }

    /// <summary>What is on its way when it is closed may still arrive.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

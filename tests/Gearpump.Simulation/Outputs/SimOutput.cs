using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>A worker's handle on an outside system.</summary>
internal sealed class SimOutput(SimWorld world, SimTarget target) : IOutput
{
    public string System => target.System;

    public int Publishers => world.Profile.Publishers;

    public long PublicationBytesMax => world.Profile.PublicationBytesMax;

    public ISegmentEncoder CreateEncoder() => new SimEncoder(Publishers);

    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) =>
        ValueTask.FromResult<IPublishSession>(target.Publisher(publisher).Open());

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) =>
        ValueTask.FromResult<IDirectWriter>(target.OpenDirect(writer));
}

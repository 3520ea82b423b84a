using Gearpump.Outputs;

namespace Gearpump.Sdk.Tests.Support;

/// <summary>An output that is named in graphs and never opened.</summary>
internal sealed class NoOutput : IOutput
{
    public string System => "none";

    public ISegmentEncoder CreateEncoder() => throw new NotSupportedException();

    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) => throw new NotSupportedException();
}

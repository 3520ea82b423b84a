using Gearpump.Outputs;
using Gearpump.Search.Copying;

namespace Gearpump.Search.Graphs;

/// <summary>The outside system, as the graph names it; sessions are made by the host.</summary>
internal sealed class SearchOutput : IOutput, IShared
{
    public ulong Content => 1;

    public string System => "out";

    public ISegmentEncoder CreateEncoder() => new SearchEncoder();

    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation) => throw new NotSupportedException();
}

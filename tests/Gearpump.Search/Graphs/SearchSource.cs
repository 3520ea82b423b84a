using System.Globalization;
using Gearpump.Sources;
using Gearpump.Search.Copying;

namespace Gearpump.Search.Graphs;

/// <summary>A source of a few records, in one split. It holds nothing: its readers are made by the host.</summary>
internal sealed class SearchSource(string stage, int records) : ITimeReplayableSource, IShared
{
    public ulong Content => 1;

    public string Identity => $"{stage} of {records.ToString(CultureInfo.InvariantCulture)}";

    public IReadOnlyList<SourceSplit> Splits { get; } = [new SourceSplit(stage, SourcePosition.FromInt64(0), SourcePosition.FromInt64(records))];

    public ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation) => throw new NotSupportedException();
}

using System.Text;
using Gearpump.Search.Worlds;
using Gearpump.Sources;

namespace Gearpump.Search.Graphs;

/// <summary>Hands over one record a call: its split's first letter and its number.</summary>
internal sealed class SearchReader(HostedWorld world, SourceSplit split, SourcePosition position) : ISplitReader
{
    private long _next = position.ToInt64();

    public SourcePosition Position => SourcePosition.FromInt64(_next);

    public long NextAtMs => world.RecordAtMs(_next);

    private long End => split.End!.Value.ToInt64();

    public ReadStatus Read(IRecordSink sink)
    {
        if (_next < End)
        {
            if (NextAtMs > world.NowMs)
            {
                return ReadStatus.Idle;
            }

            sink.Add(Encoding.ASCII.GetBytes($"{split.Id}{_next}"));
            _next++;
        }

        return _next < End ? ReadStatus.More : ReadStatus.Ended;
    }

    public ValueTask WaitAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

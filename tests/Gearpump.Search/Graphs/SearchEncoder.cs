using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Search.Graphs;

/// <summary>A segment is the counts, one byte each after the other, as text.</summary>
internal sealed class SearchEncoder : ISegmentEncoder
{
    private readonly List<byte> _bytes = [];

    public long BufferedBytes => _bytes.Count;

    public bool TryAdd(in Record record, out string? rejection)
    {
        rejection = null;
        foreach (var letter in record.Value.Span)
        {
            _bytes.Add(letter);
        }

        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        var records = _bytes.Count;
        var bytes = _bytes.ToArray();
        _bytes.Clear();
        segment(0, bytes, records);
    }
}

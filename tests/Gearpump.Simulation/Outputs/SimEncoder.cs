using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Simulation.Outputs;

/// <summary>One publisher's worth of records.</summary>
internal sealed class SimEncoder : ISegmentEncoder
{
    private readonly List<byte> _bytes = [];
    private int _records;

    public long BufferedBytes => _bytes.Count;

    public bool TryAdd(in Record record, out string? rejection)
    {
        rejection = null;
        SimRecordCodec.Append(_bytes, record.Key.Span, record.Value.Span);
        _records++;
        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        if (_records == 0)
        {
            return;
        }

        var bytes = _bytes.ToArray();
        var records = _records;
        _bytes.Clear();
        _records = 0;
        segment(0, bytes, records);
    }
}

using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Simulation.Outputs;

/// <summary>Each publisher's worth of records; a key's are all one publisher's.</summary>
internal sealed class SimEncoder(int publishers) : ISegmentEncoder
{
    private readonly (List<byte> Bytes, int Records)[] _waiting = [.. Enumerable.Range(0, publishers).Select(static _ => (new List<byte>(), 0))];

    public long BufferedBytes => _waiting.Sum(static waiting => (long)waiting.Bytes.Count);

    public bool TryAdd(in Record record, out string? rejection)
    {
        rejection = null;
        ref var waiting = ref _waiting[(int)(record.KeyHash % (ulong)publishers)];
        SimRecordCodec.Append(waiting.Bytes, record.Key.Span, record.Value.Span);
        waiting.Records++;
        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        for (var publisher = 0; publisher < publishers; publisher++)
        {
            var (bytes, records) = _waiting[publisher];
            if (records > 0)
            {
                _waiting[publisher] = ([], 0);
                segment(publisher, bytes.ToArray(), records);
            }
        }
    }
}

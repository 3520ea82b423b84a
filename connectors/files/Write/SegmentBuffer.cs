using System.Buffers;
using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Files;

/// <summary>Collects encoded records for publisher 0, which is a folder's only one.</summary>
internal abstract class SegmentBuffer : ISegmentEncoder
{
    private ArrayBufferWriter<byte> _buffer = new(4 * 1024);
    private int _records;

    public long BufferedBytes => _buffer.WrittenCount;

    public bool TryAdd(in Record record, out string? rejection)
    {
        rejection = Encode(record, _buffer);
        if (rejection is not null)
        {
            return false;
        }

        _records++;
        return true;
    }

    public void Complete(Action<int, ReadOnlyMemory<byte>, int> segment)
    {
        if (_records > 0)
        {
            var (full, records) = (_buffer, _records);
            _buffer = new ArrayBufferWriter<byte>(Math.Max(4 * 1024, full.WrittenCount));
            _records = 0;
            segment(0, full.WrittenMemory, records);
        }
    }

    /// <summary>Appends the record, or says why it cannot be written.</summary>
    protected abstract string? Encode(in Record record, IBufferWriter<byte> destination);
}

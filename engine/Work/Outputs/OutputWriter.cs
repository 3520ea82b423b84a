using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>
/// An output: holds the records of the current input record back until that is done, then encodes them, once, for the
/// outside. What the outside would refuse is found here.
/// </summary>
internal sealed class OutputWriter(string step, ISegmentEncoder encoder, ISegmentDestination destination, TaskIo io, int segmentBytes, Action<string, Record, string> rejected)
    : IRecordWriter, IRecordScope
{
    private readonly List<Staged> _staged = [];
    private byte[] _bytes = new byte[1024];
    private int _length;
    private long _record;

    public ISegmentDestination Destination => destination;

    public void Write(in Record record)
    {
        if (_record != io.Record)
        {
            _record = io.Record;
            io.Touch(this);
        }

        var key = Stage(record.Key.Span);
        var value = record.ValueIsKey ? key : Stage(record.Value.Span);
        _staged.Add(new Staged(record.KeyHash, record.HasKey, record.ValueIsKey, key, value, record.EventTimeMs));
    }

    public void EndRecord()
    {
        foreach (var staged in _staged)
        {
            var key = _bytes.AsMemory(staged.Key.At, staged.Key.Length);
            var value = _bytes.AsMemory(staged.Value.At, staged.Value.Length);
            var record = staged.HasKey
                ? new Record(staged.KeyHash, key, value, staged.ValueIsKey, staged.EventTimeMs)
                : new Record(value, staged.EventTimeMs);
            if (!encoder.TryAdd(record, out var reason))
            {
                rejected(step, record, reason ?? "refused by the output's encoder");
            }
        }

        Clear();
        _record = 0;
        if (encoder.BufferedBytes >= segmentBytes)
        {
            Flush();
        }
    }

    public void Undo()
    {
        Clear();
        _record = 0;
    }

    /// <summary>Hands over what the encoder holds.</summary>
    public void Flush()
    {
        if (encoder.BufferedBytes > 0)
        {
            encoder.Complete(destination.Add);
        }
    }

    private void Clear()
    {
        _staged.Clear();
        _length = 0;
    }

    private (int At, int Length) Stage(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        var place = (_length, bytes.Length);
        _length += bytes.Length;
        return place;
    }

    private readonly record struct Staged(ulong KeyHash, bool HasKey, bool ValueIsKey, (int At, int Length) Key, (int At, int Length) Value, long EventTimeMs);
}

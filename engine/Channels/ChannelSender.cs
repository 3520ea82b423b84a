using System.IO.Hashing;
using Gearpump.Runtime;

namespace Gearpump.Engine.Channels;

/// <summary>
/// The upstream end of a channel: packs records into batches, numbers them, keeps them until they are acknowledged, and
/// sends them as far as the credit goes. A state machine without I/O; <paramref name="send"/> is its only effect.
/// </summary>
internal sealed class ChannelSender(int channel, int batchBytes, int batchBytesMax, int batchRecords, Action<Frame> send)
{
    private readonly LinkedList<Entry> _unacked = new();
    private readonly List<OpenBatch> _closedInRecord = [];
    private LinkedListNode<Entry>? _firstUnsent;
    private OpenBatch _open = new();
    private (int Length, int Records) _mark;
    private bool _connected;
    private long _lastSequence;
    private long _acked;
    private long _ackedRecords;
    private long _totalRecords;
    private long _totalBytes;
    private long _creditRecords;
    private long _creditBytes;
    private long _watermark;
    private (long Value, long After) _watermarkSent = (long.MinValue, -1);
    private long _auditRecords;
    private ulong _auditHash;

    public int Channel => channel;

    /// <summary>Something waits for credit or for a connection: the task must not take another input record.</summary>
    public bool IsBlocked => _firstUnsent is not null;

    /// <summary>Records wait in the open batch.</summary>
    public bool HasOpenRecords => _open.Records > 0;

    public long UnackedBytes { get; private set; }

    /// <summary>The lowest clock of what is not acknowledged; <see cref="long.MaxValue"/> where there is nothing.</summary>
    public long PendingClockMs
    {
        get
        {
            var lowest = _open.Records > 0 ? _open.ClockMs : long.MaxValue;
            foreach (var entry in _unacked)
            {
                lowest = entry.Frame.Kind == FrameKind.Batch ? Math.Min(lowest, entry.Frame.ClockMs) : lowest;
            }

            return lowest;
        }
    }

    /// <summary>Begins the outputs of one input record. They are appended whole, or taken back by <see cref="Undo"/>.</summary>
    public void BeginRecord(long clockMs)
    {
        if (_open.Records > 0 && _open.ClockMs != clockMs)
        {
            Flush();
        }

        _open.ClockMs = clockMs;
        _mark = (_open.Length, _open.Records);
    }

    /// <summary>Appends an output record.</summary>
    public void Write(in Record record)
    {
        if (_open.Length >= batchBytesMax)
        {
            _closedInRecord.Add(_open);
            _open = new OpenBatch { ClockMs = _open.ClockMs };
        }

        var length = RecordEncoding.Write(record, _open.Reserve(RecordEncoding.MaxBytes(record), batchBytes));
        _open.Length += length;
        _open.Records++;
    }

    /// <summary>Takes back everything since <see cref="BeginRecord"/>.</summary>
    public void Undo()
    {
        if (_closedInRecord.Count > 0)
        {
            _open = _closedInRecord[0];
            _closedInRecord.Clear();
        }

        (_open.Length, _open.Records) = _mark;
    }

    /// <summary>The input record is done: its outputs stand. A full batch is closed.</summary>
    public void EndRecord()
    {
        if (_closedInRecord.Count > 0)
        {
            foreach (var batch in _closedInRecord)
            {
                Append(batch);
            }

            _closedInRecord.Clear();
        }

        if (_open.Length >= batchBytes || _open.Records >= batchRecords)
        {
            Flush();
        }
    }

    /// <summary>Closes the open batch.</summary>
    public void Flush()
    {
        if (_open.Records > 0)
        {
            Append(_open);
            _open = new OpenBatch();
        }
    }

    /// <summary>Appends a cut behind everything so far, and returns what was sent since the cut before.</summary>
    public (long Records, ulong Hash) AppendCut(long cut, long clockMs)
    {
        Flush();
        _watermark = Math.Max(_watermark, clockMs);
        Enqueue(new Frame(FrameKind.Cut, channel, ++_lastSequence, clockMs, _watermark, 0, cut, default));
        var audit = (_auditRecords, _auditHash);
        (_auditRecords, _auditHash) = (0, 0);
        return audit;
    }

    /// <summary>No later record will have a clock below.</summary>
    public void RaiseWatermark(long clockMs) => _watermark = Math.Max(_watermark, clockMs);

    /// <summary>Sends the watermark by itself, if the other end does not know it yet.</summary>
    public void SendWatermark()
    {
        var after = _lastSequence;
        if (_connected && !HasOpenRecords && _watermark > _watermarkSent.Value)
        {
            _watermarkSent = (_watermark, after);
            send(new Frame(FrameKind.Watermark, channel, after, 0, _watermark, 0, 0, default));
        }
    }

    /// <summary>A call is open: the other end has everything up to <c>Received</c>; the rest is sent again.</summary>
    /// <exception cref="ChannelException">The two ends do not fit.</exception>
    public void Resume(in Feedback feedback)
    {
        if (feedback.Received > _lastSequence || feedback.Received < _acked)
        {
            throw new ChannelException($"channel {channel}: the receiver has {feedback.Received}, the sender {_acked} to {_lastSequence}");
        }

        _connected = true;
        _watermarkSent = (long.MinValue, -1);
        _firstUnsent = _unacked.First;
        while (_firstUnsent is not null && _firstUnsent.Value.Frame.Sequence <= feedback.Received)
        {
            _firstUnsent = _firstUnsent.Next;
        }

        OnFeedback(feedback);
        SendAllowed();
    }

    /// <summary>The call is gone; what was sent on it may have to be sent again.</summary>
    public void Disconnect() => _connected = false;

    /// <exception cref="ChannelException">A failed ack.</exception>
    public void OnFeedback(in Feedback feedback)
    {
        if (feedback.Acked > _lastSequence)
        {
            throw new ChannelException($"channel {channel}: acknowledged {feedback.Acked}, sent {_lastSequence}");
        }

        while (_unacked.First is { } first && first.Value.Frame.Sequence <= feedback.Acked)
        {
            _acked = first.Value.Frame.Sequence;
            _ackedRecords += first.Value.Frame.Records;
            UnackedBytes -= first.Value.Frame.Payload.Length;
            if (_firstUnsent == first)
            {
                _firstUnsent = first.Next;
            }

            _unacked.RemoveFirst();
        }

        if (feedback.Acked == _acked && feedback.AckedRecords != _ackedRecords)
        {
            throw new ChannelException($"channel {channel}: {feedback.AckedRecords} records acknowledged up to {_acked}, {_ackedRecords} sent");
        }

        _creditRecords = Math.Max(_creditRecords, feedback.CreditRecords);
        _creditBytes = Math.Max(_creditBytes, feedback.CreditBytes);
        SendAllowed();
    }

    private void Append(OpenBatch batch)
    {
        var payload = batch.Payload;
        _auditRecords += batch.Records;
        _auditHash += XxHash3.HashToUInt64(payload.Span);
        Enqueue(new Frame(FrameKind.Batch, channel, ++_lastSequence, batch.ClockMs, Math.Min(_watermark, batch.ClockMs), batch.Records, 0, payload));
    }

    private void Enqueue(in Frame frame)
    {
        _totalRecords += frame.Records;
        _totalBytes += frame.Payload.Length;
        UnackedBytes += frame.Payload.Length;
        var node = _unacked.AddLast(new Entry(frame, _totalRecords, _totalBytes));
        _firstUnsent ??= node;
        SendAllowed();
    }

    private void SendAllowed()
    {
        while (_connected && _firstUnsent is { } node && MaySend(node.Value))
        {
            _firstUnsent = node.Next;
            send(node.Value.Frame);
        }
    }

    // A cut needs no credit, and one batch may exceed it when nothing else is on its way.
    private bool MaySend(in Entry entry) =>
        entry.Frame.Kind == FrameKind.Cut
        || (entry.RecordsUpTo <= _creditRecords && entry.BytesUpTo <= _creditBytes)
        || entry.Frame.Sequence == _acked + 1;

    private readonly record struct Entry(Frame Frame, long RecordsUpTo, long BytesUpTo);

    private sealed class OpenBatch
    {
        private byte[] _buffer = [];

        public int Length { get; set; }

        public int Records { get; set; }

        public long ClockMs { get; set; }

        public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, Length);

        public Span<byte> Reserve(int bytes, int firstBytes)
        {
            if (_buffer.Length - Length < bytes)
            {
                // A batch is closed once it is full, so a buffer with some room to spare seldom grows.
                var wanted = _buffer.Length == 0 ? firstBytes + 1024 : _buffer.Length * 2;
                Array.Resize(ref _buffer, Math.Max(wanted, Length + bytes));
            }

            return _buffer.AsSpan(Length);
        }
    }
}

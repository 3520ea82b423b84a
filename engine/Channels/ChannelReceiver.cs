using System.IO.Hashing;

namespace Gearpump.Engine.Channels;

/// <summary>
/// The downstream end of a channel: takes frames in order, drops duplicates, and acknowledges a batch once all its records
/// have been processed. A state machine without I/O; <paramref name="changed"/> says that there is feedback to send.
/// </summary>
internal sealed class ChannelReceiver(int channel, int creditRecords, int creditBytes, Action<ChannelReceiver> changed)
{
    private readonly Queue<Frame> _arrived = new();
    private long _received;
    private long _acked;
    private long _ackedRecords;
    private long _ackedBytes;
    private (long After, long Value) _later = (long.MaxValue, long.MinValue);
    private long _auditRecords;
    private ulong _auditHash;

    public int Channel => channel;

    /// <summary>No later record has a clock below.</summary>
    public long WatermarkMs { get; private set; }

    /// <summary>Where the reader stands within the head batch: bytes, and records done.</summary>
    public int Offset { get; set; }

    public int RecordsDone { get; set; }

    /// <summary>The cut has come on this channel, and has not yet on the others: nothing behind it is taken.</summary>
    public bool IsAligned { get; set; }

    /// <summary>Feedback waits to be sent.</summary>
    public bool IsDirty { get; set; }

    public Feedback Feedback => new(channel, _received, _acked, _ackedRecords, _ackedRecords + creditRecords, _ackedBytes + creditBytes);

    public bool TryPeek(out Frame frame) => _arrived.TryPeek(out frame);

    /// <summary>The lowest clock of what has arrived and is not processed.</summary>
    public long PendingClockMs
    {
        get
        {
            var lowest = long.MaxValue;
            foreach (var frame in _arrived)
            {
                lowest = frame.Kind == FrameKind.Batch ? Math.Min(lowest, frame.ClockMs) : lowest;
            }

            return lowest;
        }
    }

    /// <exception cref="ChannelException">There is a gap.</exception>
    public void OnFrame(in Frame frame)
    {
        if (frame.Kind == FrameKind.Watermark)
        {
            if (frame.Sequence <= _acked)
            {
                WatermarkMs = Math.Max(WatermarkMs, frame.WatermarkMs);
            }
            else
            {
                _later = (frame.Sequence, frame.WatermarkMs);
            }

            return;
        }

        if (frame.Sequence <= _received)
        {
            return;
        }

        if (frame.Sequence != _received + 1)
        {
            throw new ChannelException($"channel {channel}: {frame.Sequence} arrived after {_received}");
        }

        _received = frame.Sequence;
        _arrived.Enqueue(frame);
    }

    /// <summary>The head is done: it is acknowledged.</summary>
    /// <exception cref="ChannelException">It held another number of records than it said.</exception>
    public void Complete()
    {
        var frame = _arrived.Dequeue();
        if (RecordsDone != frame.Records)
        {
            throw new ChannelException($"channel {channel}: batch {frame.Sequence} says {frame.Records} records and holds {RecordsDone}");
        }

        (Offset, RecordsDone) = (0, 0);
        _acked = frame.Sequence;
        if (frame.Kind == FrameKind.Batch)
        {
            _ackedRecords += frame.Records;
            _ackedBytes += frame.Payload.Length;
            _auditRecords += frame.Records;
            _auditHash += XxHash3.HashToUInt64(frame.Payload.Span);
        }

        WatermarkMs = Math.Max(WatermarkMs, frame.WatermarkMs);
        if (_later.After <= _acked)
        {
            WatermarkMs = Math.Max(WatermarkMs, _later.Value);
            _later = (long.MaxValue, long.MinValue);
        }

        if (!IsDirty)
        {
            IsDirty = true;
            changed(this);
        }
    }

    /// <summary>What was received since the cut before.</summary>
    public (long Records, ulong Hash) TakeAudit()
    {
        var audit = (_auditRecords, _auditHash);
        (_auditRecords, _auditHash) = (0, 0);
        return audit;
    }
}

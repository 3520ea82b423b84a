using Gearpump.Simulation;

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>Channels: order, acknowledgements, credit, resuming, watermarks, who may open a call.</summary>
internal static class ChannelBugs
{
    private const string Area = "Channels";
    private const string Sender = "engine/Channels/ChannelSender.cs";
    private const string Receiver = "engine/Channels/ChannelReceiver.cs";
    private const string Worker = "engine/Work/Worker.cs";
    private const string Links = "engine/Work/Links.cs";
    private static readonly SourceEdit NoGapCheck = new(Receiver, "if (frame.Sequence != _received + 1)", "if (frame.Sequence <= _received)");
    private static readonly SourceEdit NoAckCount = new(Sender, "if (feedback.Acked == _acked && feedback.AckedRecords != _ackedRecords)", "if (feedback.Acked == _acked && feedback.AckedRecords < 0)");
    private static readonly SourceEdit NoAudit = new("engine/Coordination/Coordinator.cs", "if (open.Audit() is { } difference)", "if (open.Cut < 0 && open.Audit() is { } difference)");

    private static readonly SourceEdit Overtakes = new(Receiver, "if (frame.Sequence <= _acked)", "if (frame.Sequence <= long.MaxValue)");
    private static readonly SourceEdit ClockWithoutPending = new("engine/Work/Tasks/WorkerTask.cs", "clock = Math.Min(clock, channel.Sender.PendingClockMs);", "clock = Math.Min(clock, _watermark);");
    private static readonly SourceEdit OldCallGoesOn = new(Links, "if (link.Call != 0)", "if (link.Call != 0 && epoch.Epoch < 0)");

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "gap-not-noticed", "a receiver takes a frame behind a gap, on a call that loses some")
        {
            Edits = [NoGapCheck],
            World = SimulationPlant.LossyCall,
        },
        new(Area, "wrong-count-not-noticed", "nor is the count of records compared that comes with an ack")
        {
            Edits = [NoGapCheck, NoAckCount],
            World = SimulationPlant.LossyCall,
        },
        new(Area, "nothing-audited", "nor are both ends of a channel compared before a commit")
        {
            Edits = [NoGapCheck, NoAckCount, NoAudit],
            World = SimulationPlant.LossyCall,
        },
        new(Area, "old-call-goes-on", "a new call does not end the old one before it is answered")
        {
            Edits = [OldCallGoesOn],
            HiddenBy = "what comes twice is taken once, by its number; see duplicates-are-taken",
        },
        new(Area, "duplicates-are-taken", "a frame that was received before is taken again, and a new call does not end the old one")
        {
            Edits =
            [
                OldCallGoesOn,
                new(Receiver, "if (frame.Sequence <= _received)", "if (frame.Sequence <= 0)"),
                new(Receiver, "if (frame.Sequence != _received + 1)", "if (frame.Sequence > _received + 1)"),
            ],
            Profile = "resumes",
        },
        new(Area, "ack-on-arrival", "a batch is acknowledged when it arrives, not when it has been processed")
        {
            Edits =
            [
                new(
                    Receiver,
                    "_received = frame.Sequence;\n        _arrived.Enqueue(frame);",
                    "_received = _acked = frame.Sequence;\n        _ackedRecords += frame.Records;\n        _ackedBytes += frame.Payload.Length;\n        _arrived.Enqueue(frame);\n        if (!IsDirty)\n        {\n            IsDirty = true;\n            changed(this);\n        }"),
                new(Receiver, "_acked = frame.Sequence;\n        if (frame.Kind == FrameKind.Batch)\n        {\n            _ackedRecords += frame.Records;\n            _ackedBytes += frame.Payload.Length;", "if (frame.Kind == FrameKind.Batch)\n        {"),
            ],
        },
        new(Area, "credit-ignored", "a sender sends without credit")
        {
            Edits = [new(Sender, "(entry.RecordsUpTo <= _creditRecords && entry.BytesUpTo <= _creditBytes)", "entry.RecordsUpTo <= long.MaxValue")],
        },
        new(Area, "credit-in-records-only", "a sender looks at the credit in records, and not in bytes")
        {
            Edits = [new(Sender, "(entry.RecordsUpTo <= _creditRecords && entry.BytesUpTo <= _creditBytes)", "entry.RecordsUpTo <= _creditRecords")],
        },
        new(Area, "closed-batch-not-undone", "of a record that is undone, the outputs stay whose batch was closed meanwhile")
        {
            Edits = [new(Sender, "_open = _closedInRecord[0];\n            _closedInRecord.Clear();", "_mark = (0, 0);")],
            Profile = "mistakes",
        },
        new(Area, "large-batch-waits-for-ever", "a batch above the credit does not go although its channel is empty")
        {
            Edits = [new(Sender, "|| entry.Frame.Sequence == _acked + 1;", "|| entry.Frame.Sequence == 0;")],
        },
        new(Area, "credit-not-repeated", "ack and credit are not repeated when a call is resumed")
        {
            Edits = [new(Sender, "OnFeedback(feedback);\n        SendAllowed();", "SendAllowed();")],
            Profile = "resumes",
        },
        new(Area, "resume-off-by-one", "a resumed call goes on one frame too far")
        {
            Edits = [new(Sender, "_firstUnsent.Value.Frame.Sequence <= feedback.Received)", "_firstUnsent.Value.Frame.Sequence <= feedback.Received + 1)")],
            Profile = "resumes",
        },
        new(Area, "resume-without-resending", "what was lost with a call is not sent again")
        {
            Edits = [new(Sender, "_firstUnsent = _unacked.First;\n        while", "while")],
            Profile = "resumes",
        },
        new(Area, "watermark-overtakes", "a watermark counts before the frame that it follows has been processed")
        {
            Edits = [Overtakes],
        },
        new(Area, "watermark-ahead-of-pending-work", "nor does the sender's clock count what nobody has acknowledged")
        {
            Edits = [Overtakes, ClockWithoutPending],
        },
        new(Area, "clock-ignores-what-is-sent", "a task's clock does not count what it has sent and nobody has acknowledged")
        {
            Edits = [ClockWithoutPending],
            HiddenBy = "the task downstream reports the watermark of what it has processed; see watermark-ahead-of-pending-work",
        },
        new(Area, "watermark-ahead-of-open-batch", "a watermark is sent although older records wait in the open batch")
        {
            Edits = [new(Sender, "if (_connected && !HasOpenRecords && _watermark > _watermarkSent.Value)", "if (_connected && _watermark > _watermarkSent.Value)")],
            HiddenBy = "a task sends its watermark right behind a flush, when no batch is open; see watermark-before-the-flush",
        },
        new(Area, "watermark-before-the-flush", "nor is the open batch flushed before the watermark is sent")
        {
            Edits =
            [
                new(Sender, "if (_connected && !HasOpenRecords && _watermark > _watermarkSent.Value)", "if (_connected && _watermark > _watermarkSent.Value)"),
                new("engine/Work/Tasks/WorkerTask.cs", "channel.Sender.Flush();\n            channel.Sender.SendWatermark();", "channel.Sender.SendWatermark();\n            channel.Sender.Flush();"),
            ],
        },
        new(Area, "batch-with-the-newest-watermark", "a batch of older records carries the sender's newest watermark")
        {
            Edits = [new(Sender, "Math.Min(_watermark, batch.ClockMs)", "_watermark")],
            HiddenBy = "a batch's watermark counts when the batch has been processed, and what comes behind it has newer clocks",
        },
        new(Area, "open-batch-holds-nothing-back", "records in the open batch do not count for the sender's clock")
        {
            Edits = [new(Sender, "var lowest = _open.Records > 0 ? _open.ClockMs : long.MaxValue;", "var lowest = long.MaxValue;")],
            HiddenBy = "no watermark is sent before it, so the task downstream holds the clock back; see watermark-before-the-flush",
        },
        new(Area, "half-a-record-is-taken-back", "what a record has written to a channel before user code threw stays there")
        {
            Edits = [new(Sender, "(_open.Length, _open.Records) = _mark;", "")],
            Profile = "mistakes",
        },
        new(Area, "old-epoch-may-call", "a call of an older epoch is accepted")
        {
            Edits = [new(Worker, "return _run is { } run && hello.Instance == _instance && hello.Epoch < run.Identity.Epoch", "return _run is { } run && hello.Instance == _instance && hello.Epoch < 0")],
            Profile = "rollbacks",
        },
        new(Area, "newer-epoch-is-refused", "who meets a newer epoch refuses it for good, and is not asked again")
        {
            Edits =
            [
                new(
                    Worker,
                    "return new HelloVerdict(HelloVerdictKind.TryAgain, $\"epoch {hello.Epoch} has not begun here yet\", []);",
                    "return new HelloVerdict(HelloVerdictKind.Refused, $\"epoch {hello.Epoch} has not begun here yet\", []);"),
            ],
            Profile = "rollbacks",
        },
        new(Area, "keys-by-remainder", "a key goes to the task that the remainder of its hash names")
        {
            Edits = [new("engine/Work/Outputs/EdgeWriter.cs", "channels[_owners[KeyGroups.Of(record.KeyHash)]].Write(record);", "channels[(int)(record.KeyHash % (ulong)channels.Count)].Write(record);")],
        },
        new(Area, "lost-call-is-not-dialled-again", "a call that has broken is not dialled again")
        {
            Edits = [new(Links, "context.Timers.After(link.Backoff.NextMs(), () => Dial(link));", "_ = link.Backoff.NextMs();")],
            Profile = "resumes",
        },
        new(Area, "cut-waits-for-credit", "a cut goes like a batch, as far as the credit goes")
        {
            Edits = [new(Sender, "entry.Frame.Kind == FrameKind.Cut\n        || (", "(")],
            HiddenBy = "it has no records: what stands before it on its channel has had the credit, or is one batch alone, and is acknowledged",
        },
        new(Area, "batch-of-two-clocks", "a batch takes records of another clock than its first one")
        {
            Edits = [new(Sender, "if (_open.Records > 0 && _open.ClockMs != clockMs)", "if (_open.Records < 0)")],
            HiddenBy = "its records all take the batch's newer clock with them, behind which they stay; no state depends on a record's clock yet",
        },
        new(Area, "hello-for-another-process", "who is dialled under its name does not look which process was meant")
        {
            Edits = [new(Worker, "if (hello.Receiver != _options.Name || hello.ReceiverProcess != _options.Process)", "if (hello.Receiver != _options.Name)")],
            HiddenBy = "in an epoch only the process that it names has channels: another one of that name has not begun it, and says so",
        },
        new(Area, "hello-from-another-process", "a call counts as the peer's that has the name, whichever process dials")
        {
            Edits = [new(Links, "|| link.Peer.Process != hello.SenderProcess)", ")")],
            HiddenBy = "in an epoch only the process that it names has channels, and dials",
        },
        new(Area, "processors-read-without-credit", "a processor takes records although its channels are blocked")
        {
            Edits = [new("engine/Work/Tasks/ProcessorTask.cs", "while (at < frame.Payload.Length && !budget.IsSpent && MayTakeRecord)", "while (at < frame.Payload.Length && !budget.IsSpent)")],
            Profile = "congestion",
        },
    ];
}

using Gearpump.Protocol.V1;
using Gearpump.Runtime;
using Gearpump.Sources;
using Google.Protobuf;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>A task that reads splits and stamps their records with the last tick.</summary>
internal sealed class SourceTask(EpochRun run, TaskRef place, long firstCut, long firstClockMs, ITimeReplayableSource source, string step, IReadOnlyList<SplitInput> splits)
    : WorkerTask(run, place, firstCut, firstClockMs), IRecordSink
{
    private const int RecordsAStep = 1_024;
    private SplitInput? _current;
    private int _next;
    private StepBudget _budget;
    private long _tick;
    private bool _stopped;

    public override bool HasEnded => splits.All(split => split.Ended);

    /// <summary>All splits that have not ended are open.</summary>
    public bool IsOpen => splits.All(split => split.Ended || split.Reader is not null);

    public int RecordBytesMax => Run.Context.Graph.Settings.RecordBytesMax;

    protected override string Stalled => splits.FirstOrDefault(static split => split.Trouble.Length > 0)?.Trouble ?? "";

    /// <summary>Opens every split at its position.</summary>
    public void Open()
    {
        foreach (var split in splits.Where(split => !split.Ended))
        {
            Open(split, new Backoff(Run.Context.Host));
        }
    }

    /// <summary>The coordinator's newest tick and open cut: the cut comes before the first tick that is T or higher.</summary>
    public void OnTick(long tickMs, OpenCut? open)
    {
        if (open is not null && (long)open.Cut == NextCut && tickMs >= open.ClockMs)
        {
            Cut((long)open.Cut, open.ClockMs, AddPositions);
        }

        if (tickMs > _tick)
        {
            _tick = tickMs;
            RaiseWatermark(tickMs);
        }
    }

    public override bool Step()
    {
        if (_tick == 0 || Run.SourcesPause(NextCut) || !MayTakeRecord)
        {
            return false;
        }

        _budget = new StepBudget(Run.Context.Host, RecordsAStep);
        for (var looked = 0; looked < splits.Count; looked++)
        {
            var split = splits[_next];
            _next = (_next + 1) % splits.Count;
            if (!split.Ended && !split.IsIdle && split.Reader is { } reader)
            {
                Read(split, reader);
                return true;
            }
        }

        return false;
    }

    public bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime)
    {
        Processor.Process(0, new Record(value, eventTimeMs), _tick);
        return MayGoOn();
    }

    public bool Reject(ReadOnlyMemory<byte> bytes, string reason)
    {
        Processor.RejectBytes(step, bytes, reason, _tick);
        return MayGoOn();
    }

    private bool MayGoOn()
    {
        _budget.Spend();
        return !_budget.IsSpent && MayTakeRecord && !Run.IsFailing;
    }

    /// <summary>Where the record that is being handed over stands.</summary>
    public (string Split, string Position) CurrentPlace() =>
        _current?.Reader is { } reader ? (_current.Split.Id, reader.PositionText) : ("", "");

    public override void Stop()
    {
        _stopped = true;
        foreach (var split in splits)
        {
            if (split.Reader is { } reader)
            {
                Run.Context.Host.CloseSplit(reader);
            }
        }

        base.Stop();
    }

    private void Open(SplitInput split, Backoff backoff) =>
        Run.Context.Host.OpenSplit(source, split.Split, split.Position, (reader, error, lost) =>
        {
            if (_stopped)
            {
                if (reader is not null)
                {
                    Run.Context.Host.CloseSplit(reader);
                }

                return;
            }

            split.Reader = reader;
            Run.OnRestoreStep();
            if (reader is null && lost)
            {
                Run.FailJob($"source {source.Identity}, split {split.Split.Id}: {error}");
            }
            else if (reader is null)
            {
                Run.Context.Host.Log(Ports.MachineLogLevel.Warning, $"opening split {split.Split.Id}: {error}; trying again");
                Run.Context.Timers.After(backoff.NextMs(), () =>
                {
                    if (!_stopped)
                    {
                        Open(split, backoff);
                    }
                });
            }
        });

    private void Read(SplitInput split, ISplitReader reader)
    {
        _current = split;
        ReadStatus status;
        try
        {
            status = reader.Read(this);
        }
        catch (SourceLostException e)
        {
            Run.FailJob($"source {source.Identity}, split {split.Split.Id}: {e.Message}");
            return;
        }

        Note(split, reader.Trouble ?? "");
        switch (status)
        {
            case ReadStatus.Ended:
                split.Ended = true;
                Run.StateChanged();
                break;
            case ReadStatus.Idle:
                split.IsIdle = true;
                Run.Context.Host.WaitForRecords(reader, () => split.IsIdle = false);
                break;
        }
    }

    // Trouble outside is no reason to roll back: it is said, and mended there.
    private void Note(SplitInput split, string trouble)
    {
        if (split.Trouble != trouble)
        {
            split.Trouble = trouble;
            Run.Context.Host.Log(
                trouble.Length > 0 ? Ports.MachineLogLevel.Warning : Ports.MachineLogLevel.Information,
                $"input {step}, split {split.Split.Id} {(trouble.Length > 0 ? $"stalls: {trouble}" : "goes on")}");
            Run.StateChanged();
        }
    }

    private void AddPositions(CutPart part)
    {
        foreach (var split in splits)
        {
            part.Positions.Add(new SplitPosition
            {
                Stage = Place.Stage,
                Split = SplitCodec.ToProto(split.Split),
                Position = ByteString.CopyFrom(split.Position.Bytes.Span),
                Ended = split.Ended,
            });
        }
    }
}

using System.Security.Cryptography;
using Gearpump.Engine.Log;
using Gearpump.Engine.Work.Tasks;
using Gearpump.Protocol.V1;
using Google.Protobuf;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>Exactly once: segments wait for their cut, in the part itself where they are small, else as objects that are stored as they fill.</summary>
internal sealed class CutSegments(WorkerContext context, EpochIdentity epoch, Uploader uploader, string step, int task, string system, Func<long> nextCut)
    : ISegmentDestination
{
    private Cohort _cohort = new();
    private long _serial;

    public bool IsFull => uploader.IsFull;

    public void Add(int publisher, ReadOnlyMemory<byte> bytes, int records)
    {
        var segment = new Segment { System = system, Publisher = (uint)publisher, Records = (ulong)records, Length = (ulong)bytes.Length };
        var cohort = _cohort;
        cohort.Segments.Add(segment);
        if (bytes.Length <= context.Options.InlineSegmentBytes)
        {
            segment.Inline = UnsafeByteOperations.UnsafeWrap(bytes);
            segment.Sha256 = UnsafeByteOperations.UnsafeWrap(SHA256.HashData(bytes.Span));
            return;
        }

        segment.Key = StoreKeys.CutObject(context.Graph.Job, epoch.Instance, nextCut(), epoch.Epoch, step, $"out-{task}-{_serial++}");
        cohort.UnderWay++;
        uploader.Upload(segment.Key, bytes.ToArray(), hash =>
        {
            segment.Sha256 = UnsafeByteOperations.UnsafeWrap(hash);
            cohort.UnderWay--;
            cohort.Part?.Release();
        });
    }

    public void OnCut(CutPartBuilder part)
    {
        part.Part.Segments.AddRange(_cohort.Segments);
        for (var stored = 0; stored < _cohort.UnderWay; stored++)
        {
            part.Hold();
        }

        _cohort.Part = part;
        _cohort = new Cohort();
    }

    public void Stop()
    {
    }

    /// <summary>The segments of one cut, and how many of them are not stored yet.</summary>
    private sealed class Cohort
    {
        public List<Segment> Segments { get; } = [];

        public int UnderWay { get; set; }

        public CutPartBuilder? Part { get; set; }
    }
}

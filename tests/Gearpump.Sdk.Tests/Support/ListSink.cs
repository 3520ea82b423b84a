using Gearpump.Sources;

namespace Gearpump.Sdk.Tests.Support;

/// <summary>Stands for the engine's sink.</summary>
internal sealed class ListSink(int stopAfter = int.MaxValue) : IRecordSink
{
    public int RecordBytesMax { get; init; } = 1024;

    public List<byte[]> Records { get; } = [];

    public List<long> EventTimes { get; } = [];

    public List<string> Rejections { get; } = [];

    public bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime)
    {
        Records.Add(value.ToArray());
        EventTimes.Add(eventTimeMs);
        return Records.Count + Rejections.Count < stopAfter;
    }

    public bool Reject(ReadOnlyMemory<byte> bytes, string reason)
    {
        Rejections.Add(reason);
        return Records.Count + Rejections.Count < stopAfter;
    }
}

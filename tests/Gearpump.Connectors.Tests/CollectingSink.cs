using System.Text;
using Gearpump.Sources;

namespace Gearpump.Connectors.Tests;

/// <summary>Keeps what a reader hands over; says stop after each <paramref name="stopEvery"/> records.</summary>
internal sealed class CollectingSink(int recordBytesMax = 1024 * 1024, int stopEvery = int.MaxValue) : IRecordSink
{
    public List<string> Records { get; } = [];

    public List<(byte[] Bytes, string Reason)> Rejected { get; } = [];

    public int RecordBytesMax => recordBytesMax;

    public bool Add(ReadOnlyMemory<byte> value, long eventTimeMs = IRecordSink.NoEventTime)
    {
        Records.Add(Encoding.UTF8.GetString(value.Span));
        return GoOn();
    }

    public bool Reject(ReadOnlyMemory<byte> bytes, string reason)
    {
        Rejected.Add((bytes.ToArray(), reason));
        return GoOn();
    }

    private bool GoOn() => (Records.Count + Rejected.Count) % stopEvery != 0;
}

using Gearpump.Engine.Work.Tasks;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>Takes an output's encoded segments: to the cut that they belong to, or straight outside.</summary>
internal interface ISegmentDestination
{
    /// <summary>It takes no more for the moment.</summary>
    bool IsFull { get; }

    void Add(int publisher, ReadOnlyMemory<byte> bytes, int records);

    /// <summary>Everything so far belongs to the cut: adds it to the part, or makes the part wait until it is safe outside.</summary>
    void OnCut(CutPartBuilder part);

    void Stop();
}

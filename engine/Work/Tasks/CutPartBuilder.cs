using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>One task's part of a cut: finished when everything that it names is stored, and everything sent outside before it is safe.</summary>
internal sealed class CutPartBuilder(long cut, Action<CutPart> finished)
{
    private int _holds = 1;

    public CutPart Part { get; } = new() { Cut = (ulong)cut };

    /// <summary>How many things it still waits for.</summary>
    public int Holds => _holds;

    /// <summary>Something must be done before the part is finished.</summary>
    public void Hold() => _holds++;

    public void Release()
    {
        if (--_holds == 0)
        {
            finished(Part);
        }
    }
}

using Gearpump.Engine.Ports;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>
/// How much a task does in one step: so many records, and hardly any after 100 ms. Heartbeats and acknowledgements go out between
/// two steps, however slow user code is; eight records must not take longer than the silence after which a worker counts as lost.
/// </summary>
internal struct StepBudget(IMachineHost host, int records)
{
    private const long TimeMs = 100;
    private const int LookEvery = 8;
    private readonly long _endMs = host.NowMs + TimeMs;
    private int _left = records;
    private int _every = 1;
    private int _beforeLook = 1;

    public readonly bool IsSpent => _left <= 0;

    /// <summary>A record was processed. The clock is looked at behind the first, and ever more seldom, at last every 8.</summary>
    public void Spend()
    {
        _left--;
        if (--_beforeLook > 0)
        {
            return;
        }

        if (host.NowMs >= _endMs)
        {
            _left = 0;
        }

        _beforeLook = _every = Math.Min(LookEvery, 2 * _every);
    }
}

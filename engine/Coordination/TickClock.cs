namespace Gearpump.Engine.Coordination;

/// <summary>The logical time that sources stamp records with. It follows the wall clock and never falls, whatever that does.</summary>
internal sealed class TickClock
{
    /// <summary>The last tick, milliseconds; 0 before the first.</summary>
    public long LastMs { get; private set; }

    /// <summary>Ticks start above this.</summary>
    public void RaiseTo(long clockMs) => LastMs = Math.Max(LastMs, clockMs);

    /// <summary>The next tick: the wall clock where that has moved on, else one more than the last.</summary>
    public long Next(long wallMs) => LastMs = Math.Max(LastMs + 1, wallMs);
}

namespace Gearpump.Simulation.Core;

/// <summary>When an event happens: by time, then by a number that the seed draws, then by its place.</summary>
internal readonly record struct SimMoment(long TimeMs, uint Tie, long Place) : IComparable<SimMoment>
{
    public int CompareTo(SimMoment other)
    {
        if (TimeMs != other.TimeMs)
        {
            return TimeMs < other.TimeMs ? -1 : 1;
        }

        return Tie != other.Tie ? Tie.CompareTo(other.Tie) : Place.CompareTo(other.Place);
    }
}

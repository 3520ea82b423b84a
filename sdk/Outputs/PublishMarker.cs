namespace Gearpump.Outputs;

/// <summary>How far a publisher has come: all its segments of the cuts below <paramref name="Cut"/>, and the first <paramref name="Segments"/> of that cut's.</summary>
public readonly record struct PublishMarker(long Cut, int Segments) : IComparable<PublishMarker>
{
    /// <summary>Stands for "all segments of the cut".</summary>
    public const int WholeCut = int.MaxValue;

    public int CompareTo(PublishMarker other) => Cut != other.Cut ? Cut.CompareTo(other.Cut) : Segments.CompareTo(other.Segments);
}

namespace Gearpump.Graph;

/// <summary>What a reader of an output may rely on.</summary>
public enum Delivery
{
    /// <summary>Every update once, in order, published with the cut that it belongs to.</summary>
    ExactlyOnce,

    /// <summary>Every update at least once, written at once; repeated after a rollback.</summary>
    AtLeastOnce,
}

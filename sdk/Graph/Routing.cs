namespace Gearpump.Graph;

/// <summary>How an edge chooses the downstream task of a record.</summary>
public enum Routing
{
    /// <summary>By the key's group.</summary>
    Hash,

    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>To all.</summary>
    Broadcast,
}

namespace Gearpump.Simulation;

/// <summary>Which graph is run.</summary>
public enum SimulationShape
{
    /// <summary>Lines, split in the source stage; by hash to the count.</summary>
    Plain,

    /// <summary>Lines; round robin to a stateless stage that splits them; by hash to the count.</summary>
    Middle,

    /// <summary>Words by hash to the count, and round robin through a stateless stage to the same count; two outputs.</summary>
    Diamond,

    /// <summary>Two source stages, by hash to one count; each has an output.</summary>
    TwoSources,
}

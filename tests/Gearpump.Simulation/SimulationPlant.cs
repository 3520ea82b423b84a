namespace Gearpump.Simulation;

/// <summary>A bug that is planted on purpose, to see that the oracles notice it.</summary>
public enum SimulationPlant
{
    None,

    /// <summary>The store ignores the condition of a create.</summary>
    OverwritingStore,

    /// <summary>Opening a session does not fence the older ones.</summary>
    UnfencedOutput,

    /// <summary>A data call loses a frame now and then and stays open.</summary>
    LossyCall,

    /// <summary>The last byte of a batch comes over a data call as another one.</summary>
    FlippedByte,

    /// <summary>What a record has updated before user code threw is not taken back.</summary>
    ForgottenUndo,

    /// <summary>A state that is restored lacks its last key group.</summary>
    ForgottenState,

    /// <summary>A source goes on one line too far when it is opened again.</summary>
    SkippingSource,
}

using Gearpump.Simulation;

namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>The outside breaks its contract: the simulated world's own bugs, with the engine as it is.</summary>
internal static class WorldBugs
{
    private const string Area = "The world around the engine";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "overwriting-store", "the store ignores the condition of a create") { World = SimulationPlant.OverwritingStore },
        new(Area, "unfenced-output", "opening a session does not fence the older ones") { World = SimulationPlant.UnfencedOutput, Profile = "fencing" },
        new(Area, "lossy-call", "a data call loses a frame now and then and stays open") { World = SimulationPlant.LossyCall },
        new(Area, "forgotten-undo", "what a record has updated before user code threw is not taken back") { World = SimulationPlant.ForgottenUndo },
        new(Area, "forgotten-state", "a state that is restored lacks its last key group") { World = SimulationPlant.ForgottenState },
        new(Area, "skipping-source", "a source goes on one line too far when it is opened again") { World = SimulationPlant.SkippingSource },
        new(Area, "flipped-byte", "the last byte of a batch now and then comes as another one") { World = SimulationPlant.FlippedByte },
    ];
}

namespace Gearpump.Runtime;

/// <summary>What a chain is made with.</summary>
/// <param name="Services">The program's services, for steps that are made by dependency injection.</param>
/// <param name="Index">The task's index within its stage.</param>
/// <param name="Count">How many tasks the stage has.</param>
/// <param name="Range">The key groups that the task owns.</param>
/// <param name="Edges">A writer for each outgoing edge of the stage, in the graph's order.</param>
/// <param name="Outputs">A writer for each output of the stage, in its order.</param>
public sealed record TaskSetup(
    IServiceProvider Services,
    int Index,
    int Count,
    KeyGroupRange Range,
    IReadOnlyList<IRecordWriter> Edges,
    IReadOnlyList<IRecordWriter> Outputs);

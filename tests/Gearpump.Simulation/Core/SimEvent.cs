using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Core;

/// <summary>Something that happens at a time. Of a process that is dead by then it does not happen; of one that is stopped, when it wakes.</summary>
internal sealed record SimEvent(SimProcess? Owner, string Label, Action Run);

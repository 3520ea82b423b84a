namespace Gearpump.Outputs;

/// <summary>One task's writer in one epoch; no two live writers have the same.</summary>
public readonly record struct DirectWriterId(string Job, string Instance, long Epoch, string Step, int Task);

namespace Gearpump.Engine.Ports;

public readonly record struct PutResult(PutOutcome Outcome, string? Error = null);

namespace Gearpump.Engine.Ports;

/// <summary>Null: the store did not answer, <paramref name="Error"/> says why.</summary>
public readonly record struct ListResult(IReadOnlyList<string>? Keys, string? Error = null);

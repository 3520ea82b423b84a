namespace Gearpump.Engine.Ports;

/// <summary>Bytes: found. Null with an error: unknown. Null without: it is not there.</summary>
public readonly record struct GetResult(ReadOnlyMemory<byte>? Bytes, string? Error = null)
{
    public bool Missing => Bytes is null && Error is null;
}

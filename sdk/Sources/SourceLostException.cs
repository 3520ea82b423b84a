namespace Gearpump.Sources;

/// <summary>The input is not what the job's positions were taken from: the job fails by name and skips nothing.</summary>
public sealed class SourceLostException(string message, Exception? inner = null) : Exception(message, inner);

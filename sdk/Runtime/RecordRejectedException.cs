namespace Gearpump.Runtime;

/// <summary>A record that cannot be read, or that user code refuses: it goes to the dead letters at once, without a retry.</summary>
public sealed class RecordRejectedException(string reason, Exception? inner = null) : Exception(reason, inner);

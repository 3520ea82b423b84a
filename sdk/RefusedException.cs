namespace Gearpump;

/// <summary>
/// An outside system refuses for good: a wrong secret, a missing right, something that does not exist. Waiting does not help; a
/// process that is told so at its start leaves with exit code 78. The message names the system, what was wanted, and how to mend it.
/// </summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner);

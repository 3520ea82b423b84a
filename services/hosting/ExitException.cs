namespace Gearpump.Hosting;

/// <summary>The process ends with a code and one line that says why.</summary>
public sealed class ExitException(int code, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Code => code;
}

namespace Gearpump.Engine;

/// <summary>Exit codes of all roles; the numbers of sysexits(3) where one fits.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The job has failed; the reason stands in its log.</summary>
    public const int JobFailed = 1;

    /// <summary>Something that is needed could not be reached within the start-up time-out.</summary>
    public const int Unavailable = 69;

    /// <summary>A bug of this program.</summary>
    public const int Internal = 70;

    /// <summary>Another coordinator has taken over: start again, as a follower.</summary>
    public const int Fenced = 75;

    /// <summary>A wrong option, or a refusal for good.</summary>
    public const int Configuration = 78;
}

namespace Gearpump.Engine.Ports;

/// <summary>What steps a machine: a thread in production, the seed in the simulator. Everything runs on one loop.</summary>
public interface IMachineHost
{
    /// <summary>Monotonic milliseconds; deadlines are in it.</summary>
    long NowMs { get; }

    /// <summary>Milliseconds since 1970 UTC by this machine's clock; may jump.</summary>
    long WallMs { get; }

    /// <summary>A random number, for ids and jitter.</summary>
    ulong NextRandom();

    /// <summary>Asks for <c>Advance</c> at a time, at the latest. An earlier request stands; asking again is cheap.</summary>
    void WakeAt(long nowMs);

    /// <summary>A line for people: what happened, in a sentence.</summary>
    void Log(MachineLogLevel level, string message);

    /// <summary>Named place where a test build may stop or kill the process; nothing elsewhere.</summary>
    void Failpoint(string name);
}

namespace Gearpump.Testing.Proxies;

/// <summary>What a proxy does to a request.</summary>
/// <param name="CutsClient">The client's connection is reset as soon as the request is here; what the broker answers is lost.</param>
/// <param name="Wait">Passed on when this is done, and everything behind it on its connection too.</param>
public sealed record KafkaFault(bool CutsClient = false, Task? Wait = null)
{
    /// <summary>It passes.</summary>
    public static readonly KafkaFault None = new();

    /// <summary>Passed on; the connection is cut in place of the answer.</summary>
    public static readonly KafkaFault LosesAnswer = new(CutsClient: true);

    /// <summary>The client sees its connection cut; the broker gets the request much later.</summary>
    public static KafkaFault HeldUntil(Task delivered) => new(CutsClient: true, delivered);
}

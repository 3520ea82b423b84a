using System.Net;

namespace Gearpump.Testing.Proxies;

/// <summary>What a proxy does to a request.</summary>
/// <param name="Status">Answered with it, and not passed on.</param>
/// <param name="Code">S3's name of the error.</param>
/// <param name="LosesAnswer">Passed on; the connection is cut in place of the answer.</param>
/// <param name="Wait">Passed on when this is done.</param>
public sealed record HttpFault(HttpStatusCode? Status = null, string Code = "", bool LosesAnswer = false, Task? Wait = null)
{
    /// <summary>It passes.</summary>
    public static readonly HttpFault None = new();

    /// <summary>The store is too busy.</summary>
    public static readonly HttpFault SlowDown = new(HttpStatusCode.ServiceUnavailable, "SlowDown");
}

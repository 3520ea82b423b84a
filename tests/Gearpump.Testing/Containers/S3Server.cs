using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace Gearpump.Testing.Containers;

/// <summary>A real S3 server (versitygw 1.8.0, which serves files), over plain http.</summary>
public sealed class S3Server() : ContainerServer<IContainer>("S3 server (versitygw)")
{
    public const string AccessKey = "gearpump-test";
    public const string SecretKey = "gearpump-test-secret";
    private const int Port = 7070;

    /// <summary>http://host:port.</summary>
    public async Task<string> EndpointAsync()
    {
        var container = await ContainerAsync();
        return $"http://{container.Hostname}:{container.GetMappedPublicPort(Port)}";
    }

    protected override IContainer Build() => new ContainerBuilder("versity/versitygw:v1.8.0")
        .WithEnvironment("ROOT_ACCESS_KEY", AccessKey)
        .WithEnvironment("ROOT_SECRET_KEY", SecretKey)
        .WithPortBinding(Port, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(Port).ForStatusCodeMatching(static _ => true)))
        .Build();
}

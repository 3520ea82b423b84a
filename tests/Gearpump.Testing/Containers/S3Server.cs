using Amazon.S3;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Xunit;

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

    /// <summary>A client of the SDK, to prepare and to damage things beside the code under test.</summary>
    public async Task<AmazonS3Client> ClientAsync() => new(AccessKey, SecretKey, new AmazonS3Config { ServiceURL = await EndpointAsync(), ForcePathStyle = true });

    /// <summary>An empty bucket of its own for each call; its name.</summary>
    public async Task<string> NewBucketAsync()
    {
        using var client = await ClientAsync();
        var name = $"bucket-{Guid.NewGuid():n}";
        await client.PutBucketAsync(name, TestContext.Current.CancellationToken);
        return name;
    }

    protected override IContainer Build() => new ContainerBuilder("versity/versitygw:v1.8.0")
        .WithEnvironment("ROOT_ACCESS_KEY", AccessKey)
        .WithEnvironment("ROOT_SECRET_KEY", SecretKey)
        .WithPortBinding(Port, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(Port).ForStatusCodeMatching(static _ => true)))
        .Build();
}

using Gearpump.Connectors.Tests.Conformance;
using Gearpump.S3;
using Gearpump.Storage;
using Gearpump.Testing.Containers;

namespace Gearpump.Connectors.Tests.S3;

/// <summary>The store's contract on a real S3 server (versitygw), in a container.</summary>
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreConformance
{
    private S3ObjectStore? _store;

    protected override async Task<IObjectStore> StartAsync() => _store = new S3ObjectStore(new S3Options
    {
        Bucket = await server.NewBucketAsync(),
        Prefix = "some/prefix",
        Endpoint = await server.EndpointAsync(),
        AccessKey = S3Server.AccessKey,
        SecretKey = S3Server.SecretKey,
    });

    protected override Task StopAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }
}

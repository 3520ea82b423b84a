using System.Net;
using Gearpump.S3;
using Gearpump.Storage;
using Gearpump.Testing.Containers;
using Gearpump.Testing.Proxies;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.S3;

/// <summary>What the store does when the server is busy, loses answers, refuses or is gone. A real server (versitygw) behind a proxy.</summary>
public sealed class S3FaultTests(S3Server server) : IAsyncLifetime
{
    private const int Retries = 3;
    private HttpProxy? _proxy;
    private S3ObjectStore? _store;
    private string _bucket = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HttpProxy Proxy => _proxy!;

    private S3ObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _bucket = await server.NewBucketAsync();
        _proxy = await HttpProxy.StartAsync(await server.EndpointAsync());
        _store = new S3ObjectStore(Options());
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [Fact]
    public async Task CreateAsync_BusyTwice_IsTriedAgainAndCreates()
    {
        var requests = FaultFirst(2, HttpFault.SlowDown);

        (await Store.CreateAsync("k", new byte[] { 1, 2 }, Cancellation)).ShouldBeTrue();

        requests().ShouldBe(3);
        (await Store.GetAsync("k", Cancellation)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task CreateAsync_BusyForLong_GivesUpAndNamesTheAnswer()
    {
        var requests = FaultFirst(int.MaxValue, HttpFault.SlowDown);

        var error = await Should.ThrowAsync<IOException>(Store.CreateAsync("k", new byte[] { 1 }, Cancellation).AsTask());

        requests().ShouldBe(1 + Retries);
        error.Message.ShouldContain("503 SlowDown");
        error.Message.ShouldContain(_bucket);
    }

    [Fact]
    public async Task CreateAsync_AnswerLost_SaysThatTheOutcomeIsUnknownAndTheNextOneFindsTheObject()
    {
        FaultFirst(1, new HttpFault(LosesAnswer: true));

        await Should.ThrowAsync<IOException>(Store.CreateAsync("k", new byte[] { 1 }, Cancellation).AsTask());

        (await Store.CreateAsync("k", new byte[] { 1 }, Cancellation)).ShouldBeFalse();
        (await Store.GetAsync("k", Cancellation)).ShouldBe([1]);
    }

    [Fact]
    public async Task CreateAsync_ConflictThenFree_Creates()
    {
        FaultFirst(1, new HttpFault(HttpStatusCode.Conflict, "ConditionalRequestConflict"));

        (await Store.CreateAsync("k", new byte[] { 1 }, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task CreateAsync_ConflictThenTaken_IsRefusedByTheRival()
    {
        await Store.CreateAsync("k", new byte[] { 9 }, Cancellation);
        FaultFirst(1, new HttpFault(HttpStatusCode.Conflict, "ConditionalRequestConflict"));

        (await Store.CreateAsync("k", new byte[] { 1 }, Cancellation)).ShouldBeFalse();
        (await Store.GetAsync("k", Cancellation)).ShouldBe([9]);
    }

    [Fact]
    public async Task CreateAsync_HeldBackAndDeliveredBehindARival_ChangesNothing()
    {
        var release = new TaskCompletionSource();
        FaultFirst(1 + Retries, new HttpFault(Wait: release.Task));
        using var hasty = new S3ObjectStore(Options() with { AttemptTimeout = TimeSpan.FromMilliseconds(200), RetriesMax = 0 });
        await Should.ThrowAsync<IOException>(hasty.CreateAsync("k", new byte[] { 1 }, Cancellation).AsTask());

        Proxy.Fault = static _ => HttpFault.None;
        (await Store.CreateAsync("k", new byte[] { 2 }, Cancellation)).ShouldBeTrue();
        release.SetResult();

        (await Store.CreateAsync("k", new byte[] { 1 }, Cancellation)).ShouldBeFalse();
        (await Store.GetAsync("k", Cancellation)).ShouldBe([2]);
    }

    [Fact]
    public async Task GetListDelete_BusyOrLostAtFirst_AreTriedAgain()
    {
        await Store.CreateAsync("k", new byte[] { 1 }, Cancellation);

        FaultFirst(2, HttpFault.SlowDown);
        (await Store.GetAsync("k", Cancellation)).ShouldBe([1]);
        FaultFirst(1, new HttpFault(LosesAnswer: true));
        (await Store.ListAsync("", null, Cancellation)).ShouldBe(["k"]);
        FaultFirst(1, new HttpFault(LosesAnswer: true));
        await Store.DeleteAsync("k", Cancellation);
        FaultFirst(1, new HttpFault(HttpStatusCode.InternalServerError, "InternalError"));
        (await Store.GetAsync("k", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_NotFoundThatNamesNoKey_IsNoMissingObject()
    {
        await Store.CreateAsync("k", new byte[] { 1 }, Cancellation);
        FaultFirst(1, new HttpFault(HttpStatusCode.NotFound, "NoBackend"));

        await Should.ThrowAsync<IOException>(Store.GetAsync("k", Cancellation).AsTask());
    }

    [Fact]
    public async Task GetAsync_NoAnswer_EndsByItsDeadlines()
    {
        Proxy.Fault = static _ => new HttpFault(Wait: Task.Delay(Timeout.Infinite, Cancellation));
        using var hasty = new S3ObjectStore(Options() with { AttemptTimeout = TimeSpan.FromMilliseconds(200) });

        (await Should.ThrowAsync<IOException>(hasty.GetAsync("k", Cancellation).AsTask())).Message.ShouldContain("no answer in time");
    }

    [Fact]
    public async Task Requests_NobodyThere_AreTroubleAndNoRefusal()
    {
        using var gone = new S3ObjectStore(Options() with { Endpoint = "http://127.0.0.1:1" });

        (await Should.ThrowAsync<IOException>(gone.GetAsync("k", Cancellation).AsTask())).Message.ShouldContain("127.0.0.1:1");
        using var unknown = new S3ObjectStore(Options() with { Endpoint = "http://no-such-host.invalid" });
        await Should.ThrowAsync<IOException>(unknown.CreateAsync("k", new byte[] { 1 }, Cancellation).AsTask());
    }

    [Fact]
    public async Task Requests_BucketMissing_AreRefusedNamingIt()
    {
        using var store = new S3ObjectStore(Options() with { Bucket = "no-such-bucket" });

        foreach (var (operation, request) in Operations(store))
        {
            var error = await Should.ThrowAsync<RefusedException>(request, operation);
            error.Message.ShouldContain(operation);
            error.Message.ShouldContain("'no-such-bucket'");
            error.Message.ShouldNotContain("\n");
        }
    }

    [Theory]
    [InlineData("nobody", S3Server.SecretKey)]
    [InlineData(S3Server.AccessKey, "wrong-secret")]
    public async Task Requests_WrongCredentials_AreRefusedWithoutShowingThem(string accessKey, string secretKey)
    {
        using var store = new S3ObjectStore(Options() with { AccessKey = accessKey, SecretKey = secretKey });

        foreach (var (operation, request) in Operations(store))
        {
            var error = await Should.ThrowAsync<RefusedException>(request, operation);
            error.Message.ShouldContain(operation);
            error.Message.ShouldContain(_bucket);
            error.Message.ShouldNotContain(secretKey);
        }
    }

    [Fact]
    public async Task Requests_RightMissing_AreRefusedNamingTheRight()
    {
        foreach (var (operation, request) in Operations(Store))
        {
            Proxy.Fault = static _ => new HttpFault(HttpStatusCode.Forbidden, "AccessDenied");

            var error = await Should.ThrowAsync<RefusedException>(request, operation);
            error.Message.ShouldContain(operation == "ListObjectsV2" ? "s3:ListBucket" : $"s3:{operation}");
            error.Message.ShouldContain(_bucket);
        }
    }

    [Fact]
    public async Task RunAsync_AStoreThatIgnoresTheCondition_IsRefused()
    {
        await using var forgetful = await ForgetfulS3.StartAsync();
        using var store = new S3ObjectStore(Options() with { Endpoint = forgetful.Endpoint });

        (await Should.ThrowAsync<RefusedException>(ObjectStoreProbe.RunAsync(store, "job", Cancellation))).Message.ShouldContain("ignores the condition");
    }

    private static IEnumerable<(string Operation, Func<Task> Request)> Operations(S3ObjectStore store) =>
    [
        ("PutObject", () => store.CreateAsync("k", new byte[] { 1 }, Cancellation).AsTask()),
        ("GetObject", () => store.GetAsync("k", Cancellation).AsTask()),
        ("ListObjectsV2", () => store.ListAsync("", null, Cancellation).AsTask()),
        ("DeleteObject", () => store.DeleteAsync("k", Cancellation).AsTask()),
    ];

    private S3Options Options() => new()
    {
        Bucket = _bucket,
        Endpoint = Proxy.Endpoint,
        AccessKey = S3Server.AccessKey,
        SecretKey = S3Server.SecretKey,
        RetriesMax = Retries,
        RetryDelay = TimeSpan.FromMilliseconds(10),
    };

    // How many requests have come since then.
    private Func<int> FaultFirst(int times, HttpFault fault)
    {
        var requests = 0;
        Proxy.Fault = _ => Interlocked.Increment(ref requests) <= times ? fault : HttpFault.None;
        return () => Volatile.Read(ref requests);
    }
}

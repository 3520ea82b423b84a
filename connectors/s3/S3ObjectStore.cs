using System.Runtime.InteropServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Gearpump.Storage;
using Polly;
using Polly.Retry;

namespace Gearpump.S3;

/// <summary>
/// Objects in a bucket of S3, or of a store that speaks its protocol and honours <c>If-None-Match: *</c>. A request that finds
/// nobody or a busy store is tried again, a few times and with jitter; each attempt has a deadline.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const double BytesPerSecondLeast = 1024 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryDelayMost = TimeSpan.FromSeconds(2);
    private readonly AmazonS3Client _client;
    private readonly S3Options _options;
    private readonly string _prefix;
    private readonly ResiliencePipeline _retries;

    /// <exception cref="RefusedException">No region is given, and none can be found.</exception>
    public S3ObjectStore(S3Options options)
    {
        _options = options;
        _prefix = options.Prefix.Length == 0 ? "" : options.Prefix + "/";
        _client = Connect(options);
        _retries = options.RetriesMax == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(S3Errors.IsPassing),
            MaxRetryAttempts = options.RetriesMax,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.RetryDelay,
            MaxDelay = RetryDelayMost,
        }).Build();
    }

    public string Name => _options.ToString();

    /// <inheritdoc/>
    /// <exception cref="RefusedException">There is no such bucket, or no right to it.</exception>
    /// <exception cref="IOException">It may have been created, now or later.</exception>
    public async ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var isUnknown = false;
        var created = await RequestAsync("PutObject", bytes.Length, async attempt =>
        {
            try
            {
                using var body = Stream(bytes);
                await _client.PutObjectAsync(NewPut(key, body), attempt).ConfigureAwait(false);
                return true;
            }
            catch (AmazonServiceException e) when (S3Errors.IsPreconditionFailed(e))
            {
                return false;
            }
            catch (Exception e) when (!S3Errors.IsConflict(e))
            {
                // Also an answer of 503 may come from a proxy, behind which the create was applied.
                isUnknown = true;
                throw;
            }
        }, cancellation).ConfigureAwait(false);

        // What stands there now may be ours, by an attempt before, or somebody else's.
        return created || !isUnknown ? created : throw new IOException($"PutObject on {Name}: whether {key} is this one or another is unknown");
    }

    /// <inheritdoc/>
    /// <exception cref="RefusedException">There is no such bucket, or no right to it.</exception>
    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellation)
    {
        return await RequestAsync("GetObject", 0, async attempt =>
        {
            try
            {
                // The attempt's deadline is for the head; the body gets the time that the length asks for.
                using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _options.Bucket, Key = _prefix + key }, attempt).ConfigureAwait(false);
                return await ReadAsync(answer, cancellation).ConfigureAwait(false);
            }
            catch (AmazonServiceException e) when (S3Errors.IsNoSuchKey(e))
            {
                return null;
            }
        }, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="RefusedException">There is no such bucket, or no right to it.</exception>
    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = _options.Bucket,
            Prefix = _prefix + prefix,
            StartAfter = after is null ? null : _prefix + after,
        };
        var keys = new List<string>();
        do
        {
            var page = await RequestAsync("ListObjectsV2", 0, attempt => _client.ListObjectsV2Async(request, attempt), cancellation).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? [])
            {
                keys.Add(found.Key[_prefix.Length..]);
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);

        // S3 orders by the bytes of UTF-8, which is another order where keys are not ASCII.
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    /// <inheritdoc/>
    /// <exception cref="RefusedException">There is no such bucket, or no right to it.</exception>
    public async ValueTask DeleteAsync(string key, CancellationToken cancellation) => await RequestAsync("DeleteObject", 0, async attempt =>
    {
        try
        {
            await _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = _prefix + key }, attempt).ConfigureAwait(false);
        }
        catch (AmazonServiceException e) when (S3Errors.IsNoSuchKey(e))
        {
            // Absent is success.
        }

        return true;
    }, cancellation).ConfigureAwait(false);

    public void Dispose() => _client.Dispose();

    private static AmazonS3Client Connect(S3Options options)
    {
        var config = new AmazonS3Config
        {
            // Retries are ours: behind the SDK's own (of errors, and of reset connections), nobody would know whether a create
            // that is refused had been applied before.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ConnectTimeout = ConnectTimeout,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is not null)
        {
            config.ServiceURL = options.Endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is not null)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        try
        {
            return options.AccessKey is null ? new AmazonS3Client(config) : new AmazonS3Client(options.AccessKey, options.SecretKey, config);
        }
        catch (AmazonClientException e)
        {
            throw new RefusedException($"no region is given or found; set the bucket's region (AWS_REGION), or the endpoint of a store of your own ({e.Message})", e);
        }
    }

    private PutObjectRequest NewPut(string key, Stream body) => new()
    {
        BucketName = _options.Bucket,
        Key = _prefix + key,
        InputStream = body,
        AutoCloseStream = false,
        IfNoneMatch = "*",

        // Over plain http the framing of chunks can end up as content.
        UseChunkEncoding = false,
    };

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    private async Task<byte[]> ReadAsync(GetObjectResponse answer, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeoutOf(answer.ContentLength));
        var bytes = new byte[answer.ContentLength];
        await answer.ResponseStream.ReadExactlyAsync(bytes, deadline.Token).ConfigureAwait(false);
        return bytes;
    }

    private async Task<T> RequestAsync<T>(string operation, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellation)
    {
        try
        {
            return await _retries.ExecuteAsync(async whole =>
            {
                using var attempt = CancellationTokenSource.CreateLinkedTokenSource(whole);
                attempt.CancelAfter(TimeoutOf(bytes));
                try
                {
                    return await request(attempt.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException e) when (!whole.IsCancellationRequested)
                {
                    throw new TimeoutException("no answer in time", e);
                }
            }, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw S3Errors.Translate(e, operation, _options);
        }
    }

    private TimeSpan TimeoutOf(long bytes) => _options.AttemptTimeout + TimeSpan.FromSeconds(bytes / BytesPerSecondLeast);
}

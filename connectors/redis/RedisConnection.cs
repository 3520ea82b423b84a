using StackExchange.Redis;

namespace Gearpump.Redis;

/// <summary>
/// A connection on which every call ends within 2 s. One that met such an end, or a server that only reads, is given up, and the
/// next call opens another (names are looked up again): so a failover needs nobody's help.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly ConfigurationOptions _options;
    private readonly SemaphoreSlim _connecting = new(1);
    private ConnectionMultiplexer? _redis;

    private RedisConnection(ConfigurationOptions options, ConnectionMultiplexer redis) => (_options, _redis) = (options, redis);

    /// <summary>As whom it asks.</summary>
    public string User => _options.User ?? "default";

    /// <summary>Nobody answers within 2 s: an <see cref="IOException"/> or <see cref="TimeoutException"/>.</summary>
    /// <exception cref="RefusedException">User or password is wrong.</exception>
    public static async Task<RedisConnection> OpenAsync(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.ConnectTimeout = (int)Deadline.TotalMilliseconds;
        options.AsyncTimeout = (int)Deadline.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.AbortOnConnectFail = true;

        // What cannot be sent now is worth nothing later: the next clocks replace it.
        options.BacklogPolicy = BacklogPolicy.FailFast;

        // Neither is needed, and each needs a right more.
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        return new RedisConnection(options, await ConnectAsync(options).ConfigureAwait(false));
    }

    /// <summary>Asks something; no answer in time is a <see cref="TimeoutException"/>.</summary>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellation)
    {
        var redis = await ConnectedAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ask(redis.GetDatabase()).WaitAsync(Deadline, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfTheConnection(e))
        {
            if (Interlocked.CompareExchange(ref _redis, null, redis) == redis)
            {
                _ = DisposeLateAsync(Task.FromResult(redis));
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is { } redis)
        {
            await redis.DisposeAsync().ConfigureAwait(false);
        }

        _connecting.Dispose();
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions options)
    {
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            return await connecting.WaitAsync(Deadline).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            _ = DisposeLateAsync(connecting);
            throw new TimeoutException($"it has not answered within {Deadline.TotalSeconds} s", e);
        }
        catch (RedisConnectionException e) when (IsRefusal(e))
        {
            throw new RefusedException($"user '{options.User ?? "default"}' is refused: check user and password ({e.InnerException?.Message ?? e.Message})", e);
        }
        catch (RedisConnectionException e)
        {
            // The client's own text tells how to configure the client.
            throw new IOException($"no connection ({e.FailureType})", e);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectedAsync(CancellationToken cancellation)
    {
        if (_redis is { } open)
        {
            return open;
        }

        await _connecting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _redis ??= await ConnectAsync(_options.Clone()).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private static bool IsRefusal(RedisConnectionException e) => e.FailureType == ConnectionFailureType.AuthenticationFailure
        || e.ToString() is var text && (text.Contains("WRONGPASS", StringComparison.Ordinal) || text.Contains("NOAUTH", StringComparison.Ordinal));

    // A connection can be dead for minutes before the client sees it, and one to a demoted primary stays open for ever.
    private static bool IsOfTheConnection(Exception error) => error is TimeoutException or RedisConnectionException
        || (error is RedisServerException && error.Message.Contains("READONLY", StringComparison.Ordinal));

    // Nobody waits for this connection any more.
    private static async Task DisposeLateAsync(Task<ConnectionMultiplexer> connection)
    {
        try
        {
            await (await connection.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // It never came up; the caller has been told so.
        }
    }
}

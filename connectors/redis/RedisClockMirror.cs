using System.Globalization;
using Gearpump.Storage;
using StackExchange.Redis;

namespace Gearpump.Redis;

/// <summary>
/// Both clocks of a job in one hash, <c>gearpump:{job}:clocks</c> (fields instance, epoch, min, checkpoint; decimal text). One
/// script compares and sets, so that within an instance neither clock falls, whoever writes last, and a write that is repeated
/// changes nothing. What stands there and is no such hash is written over and counted. Every call ends within a deadline.
/// </summary>
public sealed class RedisClockMirror : IClockMirror, IAsyncDisposable
{
    // Numbers in a script are doubles: 15 digits are exact, and enough for milliseconds until the year 33658.
    private const string CompareAndSet = """
        local key = KEYS[1]
        local result = 1
        local kind = redis.call('TYPE', key)
        if type(kind) == 'table' then kind = kind.ok end
        if kind ~= 'hash' and kind ~= 'none' then
            redis.call('DEL', key)
            result = 2
        end
        local function number(field)
            local text = redis.call('HGET', key, field)
            if not text or #text > 15 or not string.match(text, '^%d+$') then return nil end
            return tonumber(text)
        end
        local min, checkpoint = ARGV[3], ARGV[4]
        local instance = redis.call('HGET', key, 'instance')
        if instance then
            local epoch, oldMin, oldCheckpoint = number('epoch'), number('min'), number('checkpoint')
            if not (epoch and oldMin and oldCheckpoint) then
                result = 2
            elseif instance == ARGV[1] then
                if epoch > tonumber(ARGV[2]) then return 0 end
                if oldMin > tonumber(min) then min = redis.call('HGET', key, 'min') end
                if oldCheckpoint > tonumber(checkpoint) then checkpoint = redis.call('HGET', key, 'checkpoint') end
            end
        elseif kind == 'hash' then
            result = 2
        end
        redis.call('HSET', key, 'instance', ARGV[1], 'epoch', ARGV[2], 'min', min, 'checkpoint', checkpoint)
        return result
        """;

    // What the script answers when it wrote over something that was no clock.
    private const int WroteOverGarbage = 2;
    private static readonly RedisValue[] Fields = ["instance", "epoch", "min", "checkpoint"];

    // What a server answers for a while, and to whomever asks.
    private static readonly string[] Passing = ["READONLY", "OOM", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "CLUSTERDOWN", "BUSY", "TRYAGAIN"];
    private readonly RedisConnection _connection;
    private long _garbageOverwritten;

    private RedisClockMirror(RedisConnection connection) => _connection = connection;

    /// <inheritdoc/>
    public long GarbageOverwritten => Interlocked.Read(ref _garbageOverwritten);

    /// <summary>Why a configuration cannot be used; null where it can.</summary>
    public static string? WhyInvalid(string configuration)
    {
        try
        {
            var options = ConfigurationOptions.Parse(configuration);
            return options.EndPoints.Count == 0 || options.EndPoints.Any(static endpoint => endpoint is System.Net.DnsEndPoint { Port: 0 })
                ? "names no host:port"
                : null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>Connects. Nobody answers within 2 s: an <see cref="IOException"/> or <see cref="TimeoutException"/>.</summary>
    /// <exception cref="RefusedException">User or password is wrong.</exception>
    /// <param name="configuration">As StackExchange.Redis reads it: host:port, with options behind commas.</param>
    public static async Task<RedisClockMirror> ConnectAsync(string configuration) =>
        new(await RedisConnection.OpenAsync(configuration).ConfigureAwait(false));

    /// <summary>Does once, beside the job's clocks, all that the mirror does: a right that is missing is found at the start.</summary>
    /// <exception cref="RefusedException">The user may not do it.</exception>
    public async Task ProbeAsync(string job, CancellationToken cancellation)
    {
        RedisKey key = $"gearpump:{job}:probe";
        try
        {
            await _connection.AskAsync(redis => redis.ScriptEvaluateAsync(CompareAndSet, [key], ["probe", 1, 1, 1]), cancellation).ConfigureAwait(false);
            await _connection.AskAsync(redis => redis.HashGetAsync(key, Fields), cancellation).ConfigureAwait(false);
            await _connection.AskAsync(redis => redis.ExecuteAsync("DEL", key), cancellation).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (Passing.Any(word => e.Message.Contains(word, StringComparison.Ordinal)))
        {
            // It only reads, or is full, for now: the job goes on all the same, and its first write says so.
        }
        catch (RedisServerException e)
        {
            throw new RefusedException($"user '{_connection.User}' may not do what is needed; give it the right ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    /// <summary>The key of a job's clocks.</summary>
    public static string KeyOf(string job) => $"gearpump:{job}:clocks";

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">No answer within 2 s; the write may or may not have happened, and can be repeated.</exception>
    public async ValueTask WriteAsync(JobClocks clocks, CancellationToken cancellation)
    {
        RedisValue[] values = [clocks.Instance, clocks.Epoch, clocks.MinClockMs, clocks.CheckpointClockMs];
        var result = await _connection.AskAsync(redis => redis.ScriptEvaluateAsync(CompareAndSet, [KeyOf(clocks.Job)], values), cancellation).ConfigureAwait(false);
        if ((int)result == WroteOverGarbage)
        {
            Interlocked.Increment(ref _garbageOverwritten);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">No answer within 2 s.</exception>
    public async ValueTask<JobClocks?> ReadAsync(string job, CancellationToken cancellation)
    {
        try
        {
            var fields = await _connection.AskAsync(redis => redis.HashGetAsync(KeyOf(job), Fields), cancellation).ConfigureAwait(false);
            return fields[0].HasValue && TryRead(fields[1], out var epoch) && TryRead(fields[2], out var min) && TryRead(fields[3], out var checkpoint)
                ? new JobClocks(job, fields[0].ToString(), epoch, min, checkpoint)
                : null;
        }
        catch (RedisServerException e) when (e.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // Something else stands under the key: no clocks that can be read.
            return null;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static bool TryRead(RedisValue value, out long number) =>
        long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 1_000_000_000_000_000;
}

using System.Globalization;
using Gearpump.Storage;
using StackExchange.Redis;

namespace Gearpump.Redis;

/// <summary>
/// Both clocks of a job in one hash, <c>gearpump:{job}:clocks</c> (fields instance, epoch, min, checkpoint). One script compares
/// and sets, so that within an instance neither clock falls, whoever writes last.
/// </summary>
public sealed class RedisClockMirror : IClockMirror, IAsyncDisposable
{
    private const string CompareAndSet = """
        local instance, epoch, min, checkpoint = redis.call('HGET', KEYS[1], 'instance'), tonumber(redis.call('HGET', KEYS[1], 'epoch') or ''),
            tonumber(redis.call('HGET', KEYS[1], 'min') or ''), tonumber(redis.call('HGET', KEYS[1], 'checkpoint') or '')
        if instance == ARGV[1] and epoch and min and checkpoint and epoch >= 0 and min >= 0 and checkpoint >= 0 then
            if epoch > tonumber(ARGV[2]) or min > tonumber(ARGV[3]) or checkpoint > tonumber(ARGV[4]) then
                return 0
            end
        end
        redis.call('HSET', KEYS[1], 'instance', ARGV[1], 'epoch', ARGV[2], 'min', ARGV[3], 'checkpoint', ARGV[4])
        return 1
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly ConnectionMultiplexer _redis;

    private RedisClockMirror(ConnectionMultiplexer redis) => _redis = redis;

    /// <summary>Connects; throws <see cref="RedisConnectionException"/> where nobody answers.</summary>
    /// <param name="configuration">As StackExchange.Redis reads it: host:port, with options behind commas.</param>
    public static async Task<RedisClockMirror> ConnectAsync(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.ConnectTimeout = (int)Deadline.TotalMilliseconds;
        options.AsyncTimeout = (int)Deadline.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.AbortOnConnectFail = true;
        return new RedisClockMirror(await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false));
    }

    public static string KeyOf(string job) => $"gearpump:{job}:clocks";

    public async ValueTask WriteAsync(JobClocks clocks, CancellationToken cancellation)
    {
        // Numbers in a script are doubles: exact for milliseconds until the year 287396.
        RedisValue[] values = [clocks.Instance, clocks.Epoch, clocks.MinClockMs, clocks.CheckpointClockMs];
        await _redis.GetDatabase().ScriptEvaluateAsync(CompareAndSet, [KeyOf(clocks.Job)], values).WaitAsync(Deadline, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<JobClocks?> ReadAsync(string job, CancellationToken cancellation)
    {
        var fields = await _redis.GetDatabase().HashGetAsync(KeyOf(job), ["instance", "epoch", "min", "checkpoint"]).WaitAsync(Deadline, cancellation).ConfigureAwait(false);
        return fields[0].HasValue && TryRead(fields[1], out var epoch) && TryRead(fields[2], out var min) && TryRead(fields[3], out var checkpoint)
            ? new JobClocks(job, fields[0].ToString(), epoch, min, checkpoint)
            : null;
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private static bool TryRead(RedisValue value, out long number) =>
        long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

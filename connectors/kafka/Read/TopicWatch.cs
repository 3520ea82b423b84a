using Confluent.Kafka.Admin;
using Gearpump.Sources;

namespace Gearpump.Kafka.Read;

/// <summary>
/// Looks every few seconds whether a topic is still the one that the positions were taken from. A client that reads a topic which is
/// deleted and made again under its name goes on with the new one's records as if nothing had happened.
/// </summary>
internal sealed class TopicWatch(KafkaCluster cluster, string topic, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    // Brokers that have just begun do not know all topics yet.
    private static readonly TimeSpan UnknownMost = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private KafkaAdmin? _admin;
    private Task _looking = Task.CompletedTask;
    private long _lookedAt = time.GetTimestamp();
    private long? _unknownSince;
    private UInt128? _seen;
    private volatile string? _trouble;

    /// <summary>What was wrong outside at the last look; null: nothing.</summary>
    public string? Trouble => _trouble;

    /// <summary>Asks for the topic. Null: it is not known, but not for long enough to call it deleted.</summary>
    /// <exception cref="SourceLostException">It is gone.</exception>
    public async Task<KafkaTopic?> FindAsync()
    {
        KafkaAdmin admin;
        lock (_gate)
        {
            admin = _admin ??= new KafkaAdmin(cluster);
        }

        var found = await admin.FindTopicAsync(topic).ConfigureAwait(false);
        lock (_gate)
        {
            if (found is not null)
            {
                _trouble = admin.WhyNot(found, AclOperation.Read);
                (_unknownSince, _seen) = (null, found.Id);
                return found;
            }

            _unknownSince ??= time.GetTimestamp();
            return time.GetElapsedTime(_unknownSince.Value) < UnknownMost ? null : throw Gone();
        }
    }

    /// <summary>Starts a look in the background where the last one is old.</summary>
    /// <exception cref="SourceLostException">The last look has found no topic, or another one.</exception>
    public void Check(KafkaPosition position, string split)
    {
        lock (_gate)
        {
            if (_seen is { } id && id != position.Topic)
            {
                throw Another(position, split);
            }

            if (_unknownSince is { } since && time.GetElapsedTime(since) >= UnknownMost)
            {
                throw Gone();
            }

            if (_looking.IsCompleted && time.GetElapsedTime(_lookedAt) >= Every)
            {
                _lookedAt = time.GetTimestamp();
                _looking = Task.Run(LookAsync);
            }
        }
    }

    /// <summary>The next check looks again, however long the last look is ago.</summary>
    public void LookNow()
    {
        lock (_gate)
        {
            _lookedAt = time.GetTimestamp() - (long)(Every.TotalSeconds * time.TimestampFrequency);
        }
    }

    public SourceLostException Another(KafkaPosition position, string split) =>
        new($"topic '{topic}' was deleted and created again: offset {position} of partition {split} was another record; begin anew");

    public void Dispose() => _admin?.Dispose();

    private async Task LookAsync()
    {
        try
        {
            await FindAsync().ConfigureAwait(false);
        }
        catch (SourceLostException)
        {
            // The next check tells it.
        }
        catch (Exception e) when (e is IOException or RefusedException)
        {
            // It says nothing about the topic: what was read stands, and nothing is skipped.
            _trouble = e.Message;
        }
    }

    private SourceLostException Gone() => new($"topic '{topic}' is gone: it has not been known for {UnknownMost.TotalSeconds:0} s");
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Gearpump.Outputs;

namespace Gearpump.Kafka.Write;

/// <summary>
/// The job's compacted topic of markers: key job/instance/publisher, value what that publisher has published. Each publisher has a
/// partition of its own, so nobody else's open transaction on it hides a marker for long.
/// </summary>
/// <param name="open">Opens a reader of a topic's partition.</param>
internal sealed class MarkerTopic(Func<string, int, IMarkerReader> open, TimeProvider time)
{
    private const int Format = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // What stood before an offset does not change: each session reads on from where the one before has stopped.
    private readonly ConcurrentDictionary<PublisherId, (long Offset, PublishMarker? Marker)> _read = [];

    public static string NameOf(string job) => $"gearpump-{job}-markers";

    public static KafkaRecord Record(PublisherId publisher, PublishMarker marker, long timestampMs) => new(
        NameOf(publisher.Job),
        publisher.Number,
        timestampMs,
        Encoding.UTF8.GetBytes(publisher.ToString()),
        JsonSerializer.SerializeToUtf8Bytes(new Entry(Format, marker.Cut, marker.Segments)));

    /// <exception cref="InvalidDataException">It is none, or of a newer program.</exception>
    public static PublishMarker Parse(byte[]? value, string topic)
    {
        var entry = (value is null ? null : JsonSerializer.Deserialize<Entry>(value)) ?? throw new InvalidDataException($"{topic} holds a marker that is none");
        return entry.Format == Format
            ? new PublishMarker(entry.Cut, entry.Segments)
            : throw new InvalidDataException($"{topic} holds a marker of format {entry.Format}, this program reads {Format}");
    }

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The publisher's marker. Only behind a producer's initialisation: before it an older one may still publish.</summary>
    /// <exception cref="TimeoutException">The end was not reached: somebody's transaction is open on the partition.</exception>
    public async ValueTask<PublishMarker?> ReadAsync(PublisherId publisher, CancellationToken cancellation)
    {
        var reader = open(NameOf(publisher.Job), publisher.Number);
        try
        {
            var read = await ReadOnAsync(reader, publisher, _read.GetValueOrDefault(publisher), cancellation).ConfigureAwait(false);
            _read[publisher] = read;
            return read.Marker;
        }
        catch
        {
            _read.TryRemove(publisher, out _);
            throw;
        }
        finally
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<(long Offset, PublishMarker? Marker)> ReadOnAsync(
        IMarkerReader reader, PublisherId publisher, (long Offset, PublishMarker? Marker) before, CancellationToken cancellation)
    {
        // First the end as it is, then committed records up to there: the end that a read_committed consumer sees stops at
        // the first open transaction, and a marker behind it would be missed.
        var end = await reader.EndAsync(cancellation).ConfigureAwait(false);

        // An end that has fallen is another topic's: nothing is known of that one.
        var (offset, marker) = end < before.Offset ? (0, null) : before;
        if (offset == 0)
        {
            offset = await reader.BeginningAsync(cancellation).ConfigureAwait(false);
        }

        var began = time.GetTimestamp();
        while (offset < end)
        {
            if (time.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"{NameOf(publisher.Job)} [{publisher.Number}] could be read to offset {offset}, its end is {end}: a transaction is open on it");
            }

            var page = await reader.ReadAsync(offset, cancellation).ConfigureAwait(false);
            offset = Math.Max(offset, page.NextOffset);
            foreach (var (key, value) in page.Records)
            {
                marker = key == publisher.ToString() ? Parse(value, NameOf(publisher.Job)) : marker;
            }
        }

        return (offset, marker);
    }

    private sealed record Entry(int Format, long Cut, int Segments);
}

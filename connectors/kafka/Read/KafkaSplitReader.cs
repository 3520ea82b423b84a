using System.Globalization;
using Confluent.Kafka;
using Gearpump.Sources;

namespace Gearpump.Kafka.Read;

/// <summary>Reads one partition.</summary>
internal sealed class KafkaSplitReader(
    IConsumer<Ignore, byte[]> consumer, TopicWatch watch, TopicPartition partition, KafkaPosition from, long? end) : ISplitReader
{
    private static readonly TimeSpan WaitMost = TimeSpan.FromMilliseconds(100);
    private const int AsksMost = 10;
    private KafkaPosition _position = from;
    private ConsumeResult<Ignore, byte[]>? _next;

    public SourcePosition Position => _position.ToSourcePosition();

    public string PositionText => $"offset {_position}";

    public string? Trouble => watch.Trouble;

    public ReadStatus Read(IRecordSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        watch.Check(_position, partition.Partition.Value.ToString(CultureInfo.InvariantCulture));
        while (end is null || _position.Offset < end)
        {
            if (Next(TimeSpan.Zero) is not { } result)
            {
                return ReadStatus.Idle;
            }

            _next = null;
            if (result.IsPartitionEOF)
            {
                // Behind control records too, which are never handed over.
                _position = _position with { Offset = Math.Max(_position.Offset, result.Offset.Value) };
                continue;
            }

            if (end is { } last && result.Offset.Value >= last)
            {
                _position = _position with { Offset = last };
                break;
            }

            var goOn = HandOver(sink, result.Message);
            _position = _position with { Offset = result.Offset.Value + 1, LeaderEpoch = result.LeaderEpoch ?? -1 };
            if (!goOn)
            {
                return ReadStatus.More;
            }
        }

        return ReadStatus.Ended;
    }

    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        // The client can only be asked, so it is asked for a short while each time.
        // Not for long: an idle reader comes back to look whether its topic is still there.
        for (var asked = 0; asked < AsksMost && await Task.Run(() => Next(WaitMost), cancellation).ConfigureAwait(false) is null; asked++)
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync() => new(Task.Run(consumer.Dispose));

    private static bool HandOver(IRecordSink sink, Message<Ignore, byte[]> message)
    {
        var value = message.Value ?? [];
        return value.Length <= sink.RecordBytesMax
            ? sink.Add(value, message.Timestamp.UnixTimestampMs)
            : sink.Reject(value, $"{value.Length} bytes, {sink.RecordBytesMax} at most");
    }

    private ConsumeResult<Ignore, byte[]>? Next(TimeSpan most)
    {
        try
        {
            return _next ??= consumer.Consume(most);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_LogTruncation)
        {
            throw new SourceLostException($"{partition}: offset {_position} is gone: {e.Error.Reason}", e);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.GroupAuthorizationFailed)
        {
            // The client looks for a group that nobody joins; partitions are read without the right to it.
            return null;
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication)
        {
            // The watch tells what is missing; the client goes on by itself when it is given back.
            watch.LookNow();
            return null;
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            // The watch tells whether it is gone for good.
            return null;
        }
        catch (ConsumeException e)
        {
            throw e.Error.ToException($"reading {partition} at offset {_position}", e);
        }
    }
}

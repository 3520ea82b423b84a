using System.Threading.Channels;
using Grpc.Core;

namespace Gearpump.Hosting.Transport;

/// <summary>
/// Writes messages to one stream, in order, from a task of its own: whoever puts one in never waits. How much can gather is
/// bounded by who puts in: by credit on the data plane, by replacing what is still unsent on the control plane.
/// </summary>
internal sealed class Outbox<T>(IAsyncStreamWriter<T> stream, Func<T, T, bool>? replaces = null)
    where T : class
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LinkedList<T> _waiting = [];
    private readonly Lock _gate = new();
    private bool _closed;

    public void Put(T message)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (replaces is not null && _waiting.Last is { } last && replaces(last.Value, message))
            {
                last.Value = message;
            }
            else
            {
                _waiting.AddLast(message);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>What waits is still sent, then <see cref="RunAsync"/> ends.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _signal.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await _signal.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            _signal.Reader.TryRead(out _);
            while (TryTake(out var message, out var isLast))
            {
                stream.WriteOptions = new WriteOptions(isLast ? default : WriteFlags.BufferHint);
                await stream.WriteAsync(message, cancellation).ConfigureAwait(false);
            }

            if (_closed)
            {
                return;
            }
        }
    }

    private bool TryTake(out T message, out bool isLast)
    {
        lock (_gate)
        {
            message = _waiting.First?.Value!;
            if (message is null)
            {
                isLast = true;
                return false;
            }

            _waiting.RemoveFirst();
            isLast = _waiting.Count == 0;
            return true;
        }
    }
}

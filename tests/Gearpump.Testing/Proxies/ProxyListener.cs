using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gearpump.Testing.Proxies;

/// <summary>Takes connections on a free port of the loopback, and has each relayed until one of its ends has gone, or the proxy ends.</summary>
internal sealed class ProxyListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, bool> _relays = new();
    private readonly Func<Socket, Socket, Task> _relay;
    private readonly Task _accepting;

    /// <param name="relay">Passes on between a client and a socket that is not connected yet; both are closed behind it.</param>
    public ProxyListener(Func<Socket, Socket, Task> relay)
    {
        _relay = relay;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The proxy ends.</summary>
    public CancellationToken End => _end.Token;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_relays.Keys);
        _end.Dispose();
    }

    public async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, End)..];
        }
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                var relay = RelayAsync(client);
                _relays[relay] = true;
                _ = relay.ContinueWith(done => _relays.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end, or a client that went away before it was taken.
            }
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await _relay(client, server);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException or EndOfStreamException)
            {
                // One of the two ends has gone, which is what a proxy is for; so the other goes too.
            }
        }
    }
}

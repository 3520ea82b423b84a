using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gearpump.Connectors.Tests.Redis;

/// <summary>Passes TCP connections on to a server until it is told to stall: from then on it takes bytes and answers nothing.</summary>
internal sealed class StallingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private volatile bool _stalled;

    public StallingRelay(string target)
    {
        _listener.Start();
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync(IPEndPoint.Parse(target));
    }

    public string Endpoint { get; }

    public void Stall() => _stalled = true;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync(IPEndPoint target)
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                pumps.Add(RelayAsync(client, target));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task RelayAsync(TcpClient client, IPEndPoint target)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(target);
            await Task.WhenAll(PumpAsync(client.GetStream(), server.GetStream()), PumpAsync(server.GetStream(), client.GetStream()));
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is var read and > 0)
            {
                if (!_stalled)
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                }
            }

            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two ends has gone, which is what a relay is for.
        }
    }
}

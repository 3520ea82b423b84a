using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gearpump.Testing.Proxies;

/// <summary>
/// Stands in front of a server and passes TCP connections on; told so, it holds or swallows what the server answers, delays it,
/// cuts the connections, or takes no new ones. Its address stays the same whatever it does.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly ProxyListener _listener;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly ConcurrentDictionary<Socket, bool> _stranded = new();
    private readonly Lock _gate = new();
    private IPEndPoint _target;
    private TaskCompletionSource? _held;
    private volatile bool _swallowing;
    private volatile bool _refusing;

    /// <param name="target">host:port of the server.</param>
    public TcpProxy(string target)
    {
        _target = Parse(target);
        _listener = new ProxyListener(RelayAsync);
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_listener.Port}");
    }

    /// <summary>host:port of the proxy.</summary>
    public string Endpoint { get; }

    /// <summary>Each piece of an answer waits so long. Default: not at all.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>New connections go to another server; open ones stay where they are.</summary>
    public void Redirect(string target) => _target = Parse(target);

    /// <summary>Requests pass, answers wait here until <see cref="Heal"/>.</summary>
    public void HoldAnswers()
    {
        lock (_gate)
        {
            _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Requests pass, answers are lost.</summary>
    public void SwallowAnswers() => _swallowing = true;

    /// <summary>Nothing passes on the open connections any more, and nobody is told; new ones are served.</summary>
    public void Strand()
    {
        foreach (var socket in _sockets.Keys)
        {
            _stranded[socket] = true;
        }
    }

    /// <summary>Resets every open connection; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            Reset(socket);
        }
    }

    /// <summary>Resets every connection, and each new one, until <see cref="Heal"/>: the server is gone.</summary>
    public void Refuse()
    {
        _refusing = true;
        Cut();
    }

    /// <summary>Passes everything on again, what was held first.</summary>
    public void Heal()
    {
        (_swallowing, _refusing, Delay) = (false, false, TimeSpan.Zero);
        lock (_gate)
        {
            _held?.TrySetResult();
            _held = null;
        }
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return _listener.DisposeAsync();
    }

    private async Task RelayAsync(Socket client, Socket server)
    {
        _sockets[client] = _sockets[server] = true;
        try
        {
            if (_refusing)
            {
                Reset(client);
                return;
            }

            await server.ConnectAsync(_target, _listener.End);
            await Task.WhenAny(PumpAsync(client, server, isAnswer: false), PumpAsync(server, client, isAnswer: true)).Unwrap();
        }
        finally
        {
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
            _stranded.TryRemove(client, out _);
            _stranded.TryRemove(server, out _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, _listener.End) is var read and > 0)
        {
            if (isAnswer && Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _listener.End);
            }

            if (isAnswer && Held is { } held)
            {
                await held.WaitAsync(_listener.End);
            }

            if ((!isAnswer || !_swallowing) && !_stranded.ContainsKey(from))
            {
                await _listener.SendAsync(to, buffer.AsMemory(0, read));
            }
        }
    }

    private Task? Held
    {
        get
        {
            lock (_gate)
            {
                return _held?.Task;
            }
        }
    }

    // Zero seconds of linger: the other end sees a reset and not an end.
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone by itself.
        }
    }

    private static IPEndPoint Parse(string target) => IPEndPoint.Parse(target.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase));
}

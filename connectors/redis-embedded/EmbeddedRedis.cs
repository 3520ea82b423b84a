using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace Gearpump.Redis.Embedded;

/// <summary>A Redis server in this process, on a free port of the loopback interface, in memory only, with Lua.</summary>
public sealed class EmbeddedRedis : IDisposable
{
    private readonly GarnetServer _server;

    public EmbeddedRedis()
    {
        var port = FreePort();
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        _server = new GarnetServer(["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--lua", "-q",
            "--memory", "32m", "--index", "1m", "--page", "1m"]);
        _server.Start();
    }

    /// <summary>host:port.</summary>
    public string Endpoint { get; }

    public void Dispose() => _server.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

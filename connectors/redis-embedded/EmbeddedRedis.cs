using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace Gearpump.Redis.Embedded;

/// <summary>A Redis server (Garnet) in this process, on a free port of the loopback interface, in memory only, with Lua.</summary>
public sealed class EmbeddedRedis : IDisposable
{
    // Between asking for a free port and listening on it another process may take it.
    private const int TriesMax = 5;
    private readonly GarnetServer _server;

    public EmbeddedRedis()
        : this(FreePort)
    {
    }

    internal EmbeddedRedis(Func<int> findPort)
    {
        for (var tries = 1; ; tries++)
        {
            var port = findPort();
            var server = Create(port);
            try
            {
                server.Start();
                (_server, Endpoint) = (server, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
                return;
            }
            catch (Exception e)
            {
                server.Dispose();
                if (e.GetBaseException() is not SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || tries == TriesMax)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Where it listens, as host:port.</summary>
    public string Endpoint { get; }

    /// <summary>Stops the server; what it held is gone.</summary>
    public void Dispose() => _server.Dispose();

    private static GarnetServer Create(int port) => new(
    [
        "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--lua",
        "--memory", "32m", "--index", "1m", "--page", "1m", "--logger-level", "Error", "-q",
    ]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

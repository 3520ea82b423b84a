using System.Net;
using System.Net.Sockets;

namespace Gearpump.Testing.Containers;

/// <summary>A port for a server that has to know its own address before it starts.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

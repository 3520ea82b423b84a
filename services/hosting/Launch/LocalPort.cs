using System.Net;
using System.Net.Sockets;

namespace Gearpump.Hosting.Launch;

/// <summary>
/// A free port of the loopback for a server whose address others are told before it starts. It lies below the ports that systems
/// hand out by themselves (from 32768 on Linux, from 49152 elsewhere): of those, anybody's next server or connection may get the very
/// one before its owner has bound it.
/// </summary>
internal static class LocalPort
{
    private const int Lowest = 20_000;
    private const int Above = 32_000;
    private const int TriesMost = 200;

    /// <exception cref="IOException">None of many was free.</exception>
    public static int Find(Random random)
    {
        for (var tries = 0; tries < TriesMost; tries++)
        {
            var port = random.Next(Lowest, Above);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Somebody's, or reserved: the next one.
            }
        }

        throw new IOException($"no free port of 127.0.0.1 was found between {Lowest} and {Above}, in {TriesMost} tries");
    }
}

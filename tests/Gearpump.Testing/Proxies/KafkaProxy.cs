using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gearpump.Testing.Proxies;

/// <summary>
/// Stands in front of a broker and knows where a request begins, ends, and what it is; does to each what it is told to. The
/// broker's answers name the proxy as the broker's address, so that clients come here and nowhere else.
/// </summary>
public sealed class KafkaProxy : IAsyncDisposable
{
    private readonly ProxyListener _listener;
    private readonly ConcurrentQueue<(KafkaRequest Request, short Error)> _answers = new();
    private readonly string _host;
    private readonly int _port;

    /// <param name="broker">host:port under which the broker is told to clients.</param>
    public KafkaProxy(string broker)
    {
        var colon = broker.LastIndexOf(':');
        (_host, _port) = (broker[..colon], int.Parse(broker.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        _listener = new ProxyListener(RelayAsync);
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"{_host}:{_listener.Port}");
    }

    /// <summary>host:port of the proxy, as Kafka's clients take it.</summary>
    public string BootstrapServers { get; }

    /// <summary>What happens to a request. Default: it passes. Called once for each, on the connection's thread.</summary>
    public Func<KafkaRequest, KafkaFault> Fault { get; set; } = static _ => KafkaFault.None;

    /// <summary>What the broker has answered to the ends of transactions, lost answers too: 0, or the error's number.</summary>
    public IReadOnlyCollection<(KafkaRequest Request, short Error)> EndTxnAnswers => _answers;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task RelayAsync(Socket client, Socket server)
    {
        await server.ConnectAsync(_host, _port, _listener.End);
        (client.NoDelay, server.NoDelay) = (true, true);
        var connection = new Connection(client);
        var requests = PassRequestsAsync(connection, server);
        var answers = PassAnswersAsync(server, connection);
        await Task.WhenAny(requests, answers).Unwrap();
        if (connection.IsCut)
        {
            // The client is gone, but what it has sent is still under way, and its answer is of interest.
            await requests;
            await answers.WaitAsync(TimeSpan.FromSeconds(2), _listener.End);
        }
    }

    private async Task PassRequestsAsync(Connection from, Socket server)
    {
        while (!from.IsCut && await ReadFrameAsync(from.Client) is { } frame)
        {
            var request = Parse(frame);
            var fault = Fault(request);
            from.Pending[BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(8))] = request;
            if (fault.CutsClient)
            {
                from.Cut();
            }

            if (fault.Wait is { } wait)
            {
                await wait.WaitAsync(_listener.End);
            }

            await _listener.SendAsync(server, frame);
        }
    }

    private async Task PassAnswersAsync(Socket server, Connection to)
    {
        while (await ReadFrameAsync(server) is { } frame)
        {
            if (to.Pending.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)), out var request))
            {
                Look(request, frame);
            }

            try
            {
                await _listener.SendAsync(to.Client, frame);
            }
            catch (Exception e) when (to.IsCut && e is SocketException or ObjectDisposedException)
            {
                // Lost, as it was to be. What the broker says to the rest is still of interest.
                if (to.Pending.IsEmpty)
                {
                    return;
                }
            }
        }
    }

    private void Look(KafkaRequest request, byte[] frame)
    {
        switch (request.Api)
        {
            case KafkaApi.Metadata or KafkaApi.FindCoordinator or KafkaApi.DescribeCluster:
                Redirect(frame);
                break;
            case KafkaApi.EndTxn:
                // Length, correlation, in the flexible versions an empty tag list, throttle time, error.
                var flexible = frame.Length > 14 && frame.Length != 4 + 4 + 4 + 2;
                _answers.Enqueue((request, BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(flexible ? 13 : 12))));
                break;
        }
    }

    // The host is the same, so only its port changes and no length does, whatever the version: host, then port in 4 bytes.
    private void Redirect(byte[] frame)
    {
        var address = new byte[_host.Length + sizeof(int)];
        Encoding.ASCII.GetBytes(_host, address);
        BinaryPrimitives.WriteInt32BigEndian(address.AsSpan(_host.Length), _port);
        for (var rest = frame.AsSpan(); rest.IndexOf(address) is var at and >= 0; rest = rest[(at + address.Length)..])
        {
            BinaryPrimitives.WriteInt32BigEndian(rest[(at + _host.Length)..], _listener.Port);
        }
    }

    // Length (4), API (2), its version (2), correlation (4), client.id behind its length (2).
    private static KafkaRequest Parse(byte[] frame)
    {
        var client = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(12));
        return new KafkaRequest((KafkaApi)BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4)), client < 0 ? "" : Encoding.UTF8.GetString(frame, 14, client));
    }

    // With its length in front. Null: the other end has closed.
    private async Task<byte[]?> ReadFrameAsync(Socket socket)
    {
        var length = new byte[sizeof(int)];
        if (await socket.ReceiveAsync(length.AsMemory(0, 1), _listener.End) == 0)
        {
            return null;
        }

        await ReadAsync(socket, length.AsMemory(1));
        var frame = new byte[sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(frame, 0);
        await ReadAsync(socket, frame.AsMemory(sizeof(int)));
        return frame;
    }

    private async Task ReadAsync(Socket socket, Memory<byte> to)
    {
        while (to.Length > 0)
        {
            var read = await socket.ReceiveAsync(to, _listener.End);
            to = read > 0 ? to[read..] : throw new EndOfStreamException();
        }
    }

    private sealed class Connection(Socket client)
    {
        public Socket Client => client;

        public ConcurrentDictionary<int, KafkaRequest> Pending { get; } = new();

        public bool IsCut { get; private set; }

        // Zero seconds of linger: the other end sees a reset and not an end.
        public void Cut()
        {
            IsCut = true;
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
        }
    }
}

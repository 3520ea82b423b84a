using System.Buffers.Binary;
using System.Net.Sockets;

namespace Gearpump.Testing.Kafka;

/// <summary>A connection to a broker. Requests are answered in their order; several may be on their way.</summary>
internal sealed class WireConnection : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private int _sent;
    private int _answered;

    public async Task ConnectAsync(string host, int port, CancellationToken cancellation) => await _client.ConnectAsync(host, port, cancellation);

    public async Task<WireReader> AskAsync(WireRequest request, CancellationToken cancellation)
    {
        await SendAsync([request], cancellation);
        return await ReceiveAsync(cancellation);
    }

    /// <summary>Writes requests at once, so that nothing comes between them.</summary>
    public async Task SendAsync(IEnumerable<WireRequest> requests, CancellationToken cancellation)
    {
        var all = new WireWriter();
        foreach (var request in requests)
        {
            all.Bytes(new WireWriter().Int16(request.Api).Int16(request.Version).Int32(_sent++).String("gearpump-test").Raw(request.Body.Written.Span).Written.Span);
        }

        await _client.GetStream().WriteAsync(all.Written, cancellation);
    }

    public async Task<WireReader> ReceiveAsync(CancellationToken cancellation)
    {
        var head = new byte[4];
        await _client.GetStream().ReadExactlyAsync(head, cancellation);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await _client.GetStream().ReadExactlyAsync(body, cancellation);
        var reader = new WireReader(body);
        return reader.Int32() == _answered++ ? reader : throw new InvalidDataException("an answer to another request");
    }

    public void Dispose() => _client.Dispose();
}

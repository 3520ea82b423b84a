namespace Gearpump.Outputs;

/// <summary>An at-least-once writer. When the returned task is done, the bytes will survive.</summary>
public interface IDirectWriter : IAsyncDisposable
{
    ValueTask AppendAsync(ReadOnlyMemory<byte> segment, CancellationToken cancellation);
}

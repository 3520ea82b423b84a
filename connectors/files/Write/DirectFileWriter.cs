using Gearpump.Outputs;

namespace Gearpump.Files;

/// <summary>
/// Appends lines to a file, each append flushed to the disk. What an append that failed has left is taken off again before the
/// next one, so that a torn line never joins the line behind it.
/// </summary>
internal sealed class DirectFileWriter : IDirectWriter
{
    private const int SearchBytes = 64 * 1024;
    private readonly FileStream _file;
    private long _length;

    public DirectFileWriter(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _length = EndOfLastLine();
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <exception cref="StorageFullException">The disk is full.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> segment, CancellationToken cancellation)
    {
        try
        {
            if (_file.Length != _length)
            {
                _file.SetLength(_length);
            }

            _file.Position = _length;
            await _file.WriteAsync(segment, cancellation).ConfigureAwait(false);
            _file.Flush(flushToDisk: true);
            _length += segment.Length;
        }
        catch (IOException e) when (DurableFile.IsFull(e))
        {
            throw new StorageFullException(_file.Name, e);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private long EndOfLastLine()
    {
        var block = new byte[SearchBytes];
        for (var end = _file.Length; end > 0;)
        {
            var begin = Math.Max(0, end - block.Length);
            var part = block.AsSpan(0, (int)(end - begin));
            _file.Position = begin;
            _file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is var found and >= 0)
            {
                return begin + found + 1;
            }

            end = begin;
        }

        return 0;
    }
}

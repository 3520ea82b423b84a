using System.Globalization;
using Gearpump.Outputs;

namespace Gearpump.Files;

/// <summary>
/// A folder that receives one file for each cut that has outputs: its name is made of instance, cut and publisher, its bytes
/// are the segments', whoever writes it. Publishing gives the finished file its name, so a name that exists is the marker.
/// </summary>
public abstract class CutFileOutput : IOutput
{
    private readonly string _folder;
    private readonly string _extension;

    private protected CutFileOutput(string folder, string extension)
    {
        _folder = Path.GetFullPath(folder);
        _extension = extension;
    }

    public string System => $"files:{_folder}";

    /// <summary>Where the files are.</summary>
    public string Folder => _folder;

    public abstract ISegmentEncoder CreateEncoder();

    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        DurableFile.DeleteLeftovers(_folder, TimeSpan.FromMinutes(10));
        return new ValueTask<IPublishSession>(new Session(_folder, _extension, publisher));
    }

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{writer.Instance}-e{writer.Epoch:D8}-{writer.Step}-{writer.Task:D4}.log");
        return new ValueTask<IDirectWriter>(new DirectWriter(Path.Combine(_folder, name)));
    }

    internal static string NameOf(string instance, long cut, int publisher, string extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{instance}-{cut:D12}-{publisher:D4}{extension}");

    private sealed class Session(string folder, string extension, PublisherId publisher) : IPublishSession
    {
        public ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{publisher.Number:D4}{extension}");
            var newest = Directory.EnumerateFiles(folder, $"{publisher.Instance}-*{suffix}").Select(Path.GetFileName).Max(StringComparer.Ordinal);
            return new ValueTask<PublishMarker?>(newest is not null
                && long.TryParse(newest.AsSpan(publisher.Instance.Length + 1, 12), NumberStyles.None, CultureInfo.InvariantCulture, out var cut)
                ? new PublishMarker(cut, PublishMarker.WholeCut)
                : null);
        }

        public async ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation)
        {
            if (marker.Segments != PublishMarker.WholeCut)
            {
                throw new NotSupportedException("a file holds a whole cut");
            }

            var path = Path.Combine(folder, NameOf(publisher.Instance, marker.Cut, publisher.Number, extension));
            var temporary = Path.Combine(folder, DurableFile.TemporaryPrefix + Guid.NewGuid().ToString("n"));
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            await using (file.ConfigureAwait(false))
            {
                await foreach (var segment in segments.WithCancellation(cancellation).ConfigureAwait(false))
                {
                    await file.WriteAsync(segment, cancellation).ConfigureAwait(false);
                }

                file.Flush(flushToDisk: true);
            }

            // Taken already: an earlier attempt came through, and its bytes are these.
            DurableFile.Publish(temporary, path);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class DirectWriter(string path) : IDirectWriter
    {
        private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1);

        public async ValueTask AppendAsync(ReadOnlyMemory<byte> segment, CancellationToken cancellation)
        {
            await _file.WriteAsync(segment, cancellation).ConfigureAwait(false);
            _file.Flush(flushToDisk: true);
        }

        public ValueTask DisposeAsync() => _file.DisposeAsync();
    }
}

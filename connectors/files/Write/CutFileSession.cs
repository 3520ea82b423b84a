using System.Globalization;
using Gearpump.Outputs;

namespace Gearpump.Files;

/// <summary>Publishes whole cuts as files of a folder.</summary>
internal sealed class CutFileSession(string folder, string extension, PublisherId publisher) : IPublishSession
{
    private readonly string _suffix = string.Create(CultureInfo.InvariantCulture, $"-{publisher.Number:D4}{extension}");

    /// <summary>How the files begin that this publisher is writing.</summary>
    public string TemporaryPrefix { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{DurableFile.TemporaryPrefix}{publisher.Instance}-{publisher.Number:D4}{extension}-");

    public ValueTask<PublishMarker?> ReadMarkerAsync(CancellationToken cancellation)
    {
        var newest = -1L;
        foreach (var path in Directory.EnumerateFiles(folder, $"{publisher.Instance}-*{_suffix}"))
        {
            newest = Math.Max(newest, CommittedFiles.CutOf(path, publisher.Instance));
        }

        // What is answered is noted as paid: it must not be lost with the power, and its writer may have died before the flush.
        DurableFile.SyncFolder(folder);
        return new ValueTask<PublishMarker?>(newest >= 0 ? new PublishMarker(newest, PublishMarker.WholeCut) : null);
    }

    public async ValueTask PublishAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> segments, PublishMarker marker, CancellationToken cancellation)
    {
        if (marker.Segments != PublishMarker.WholeCut)
        {
            throw new NotSupportedException("a file holds a whole cut");
        }

        var temporary = await DurableFile.WriteTemporaryAsync(
            folder,
            TemporaryPrefix,
            async file =>
            {
                await foreach (var segment in segments.WithCancellation(cancellation).ConfigureAwait(false))
                {
                    await file.WriteAsync(segment, cancellation).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);

        // Taken already: an earlier attempt came through, and its bytes are these.
        var cut = marker.Cut.ToString("D" + CutFileOutput.CutDigits, CultureInfo.InvariantCulture);
        DurableFile.Publish(temporary, Path.Combine(folder, $"{publisher.Instance}-{cut}{_suffix}"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

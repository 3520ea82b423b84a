using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gearpump.Hosting.Loops;
using Gearpump.Protocol.V1;
using Gearpump.Storage;

namespace Gearpump.Hosting.Stores;

/// <summary>Brings the bytes of owed segments, one segment in memory at a time, each checked against the manifest.</summary>
internal static class SegmentLoader
{
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LoadAsync(
        IReadOnlyList<Segment> segments, ObjectCache cache, IObjectStore store, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var segment in segments)
        {
            ReadOnlyMemory<byte> bytes;
            if (segment.Key.Length == 0)
            {
                bytes = segment.Inline.Memory;
            }
            else if (!cache.TryGet(segment.Key, out bytes))
            {
                bytes = await store.GetAsync(segment.Key, cancellation).ConfigureAwait(false) ?? throw new InvalidDataException($"segment {segment.Key} is missing");
            }

            if ((ulong)bytes.Length != segment.Length || !SHA256.HashData(bytes.Span).AsSpan().SequenceEqual(segment.Sha256.Span))
            {
                throw new InvalidDataException($"segment {(segment.Key.Length == 0 ? "in the manifest" : segment.Key)} does not have the length and hash that the manifest says");
            }

            yield return bytes;
            Failpoints.Pass("during-publish");
        }
    }
}

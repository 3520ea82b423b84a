using System.Buffers;
using Gearpump.Storage;

namespace Gearpump.Files;

/// <summary>
/// Objects as files of a folder: for a laptop, for tests, and for a shared file system with hard links. Keys that differ only in
/// case need a file system that tells them apart.
/// </summary>
public sealed class FolderObjectStore : IObjectStore
{
    private const int KeyLengthMax = 1_000;

    // Longer than any write takes: a stopped process that wakes up may still want its file.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);
    private static readonly SearchValues<char> NotAllowed = SearchValues.Create("\\:\0");
    private readonly string _root;

    /// <param name="root">Created where it is absent. Temporary files that dead processes left in it are removed.</param>
    public FolderObjectStore(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        DurableFile.CreateFolder(_root);
        DurableFile.DeleteLeftovers(_root, DurableFile.TemporaryPrefix, LeftoverAge, SearchOption.AllDirectories);
    }

    public string Name => $"folder {_root}";

    /// <inheritdoc/>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(key);

        // A disk can hang: never on the caller's thread.
        return new ValueTask<bool>(Task.Run(
            async () =>
            {
                if (File.Exists(path))
                {
                    // "Exists" must hold after a loss of power too, and its creator may not have come so far.
                    DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
                    return false;
                }

                var temporary = await DurableFile.WriteTemporaryAsync(
                    Path.GetDirectoryName(path)!, DurableFile.TemporaryPrefix, file => file.WriteAsync(bytes, cancellation).AsTask()).ConfigureAwait(false);
                return DurableFile.Publish(temporary, path);
            },
            cancellation));
    }

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(key), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellation)
    {
        var folder = prefix.LastIndexOf('/') is var slash and >= 0 ? PathOf(prefix[..slash]) : _root;
        return new ValueTask<IReadOnlyList<string>>(Task.Run(() => List(folder, prefix, after, cancellation), cancellation));
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        return new ValueTask(Task.Run(() => Delete(path), cancellation));
    }

    private IReadOnlyList<string> List(string folder, string prefix, string? after, CancellationToken cancellation)
    {
        var keys = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                cancellation.ThrowIfCancellationRequested();
                var key = path[(_root.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/');
                if (key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0
                    && !Path.GetFileName(path.AsSpan()).StartsWith(DurableFile.TemporaryPrefix, StringComparison.Ordinal))
                {
                    keys.Add(key);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing has that prefix, or not any more.
        }

        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    // Folders that become empty go too, or every cut would leave some for ever.
    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
            for (var folder = Path.GetDirectoryName(path)!; folder.Length > _root.Length && IsEmpty(folder); folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Absent is success.
        }
        catch (IOException) when (!File.Exists(path))
        {
            // The object is gone; a folder above it has just been filled by another writer, and stays.
        }
    }

    private static bool IsEmpty(string folder) => !Directory.EnumerateFileSystemEntries(folder).Any();

    private string PathOf(string key)
    {
        if (key.Length is 0 or > KeyLengthMax || key.AsSpan().IndexOfAny(NotAllowed) >= 0 || key.Split('/').Any(part => part.Length == 0 || part[0] == '.'))
        {
            throw new ArgumentException($"'{key}' is no key: parts joined by '/', none empty or beginning with '.', without '\\' and ':', {KeyLengthMax} characters at most", nameof(key));
        }

        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }
}

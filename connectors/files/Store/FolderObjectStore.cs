using Gearpump.Storage;

namespace Gearpump.Files;

/// <summary>Objects as files of a folder: for a laptop, for tests, and for a shared file system with hard links.</summary>
public sealed class FolderObjectStore : IObjectStore
{
    private readonly string _root;

    public FolderObjectStore(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
        DurableFile.DeleteLeftovers(_root, TimeSpan.FromHours(1));
    }

    public string Name => $"folder {_root}";

    public ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(key);
        if (File.Exists(path))
        {
            return new ValueTask<bool>(false);
        }

        var temporary = DurableFile.WriteTemporary(path, file => file.Write(bytes.Span));
        return new ValueTask<bool>(DurableFile.Publish(temporary, path));
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
        var folder = Path.Combine(_root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        var keys = new List<string>();
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                cancellation.ThrowIfCancellationRequested();
                var key = Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');
                if (key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0
                    && !Path.GetFileName(path).StartsWith(DurableFile.TemporaryPrefix, StringComparison.Ordinal))
                {
                    keys.Add(key);
                }
            }
        }

        keys.Sort(StringComparer.Ordinal);
        return new ValueTask<IReadOnlyList<string>>(keys);
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return ValueTask.CompletedTask;
    }

    private string PathOf(string key)
    {
        if (key.Length is 0 or > 1_000 || key.Split('/').Any(part => part.Length == 0 || part[0] == '.' || part.AsSpan().IndexOfAny("\\\0:") >= 0))
        {
            throw new ArgumentException($"'{key}' is no key: parts joined by '/', none empty or beginning with '.', without '\\' and ':'", nameof(key));
        }

        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }
}

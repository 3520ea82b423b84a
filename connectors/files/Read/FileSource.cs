using Gearpump.Sources;

namespace Gearpump.Files;

/// <summary>
/// Reads the lines of a file, of a folder's files (with its sub-folders, hidden ones excepted), or of those that a pattern in
/// the last part of the path matches. Each file is a split; it ends where the file ended when the instance began. Lines end at
/// LF; one CR before it is taken off; a last line without LF counts.
/// </summary>
public sealed class FileSource(string path, FileSourceOptions? options = null) : ITimeReplayableSource
{
    private readonly string _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    private readonly FileSourceOptions _options = options ?? new FileSourceOptions();

    public string Identity => $"files:{_path}{(_options.Repeat > 1 ? $" x{_options.Repeat}" : "")}";

    public ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation)
    {
        var (root, files) = Find();
        var splits = new List<SourceSplit>();
        foreach (var file in files)
        {
            var id = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
            splits.Add(new SourceSplit(
                id,
                new FilePosition(0, 0, false).ToSourcePosition(),
                new FilePosition(_options.Repeat - 1, new FileInfo(file).Length, false).ToSourcePosition()));
        }

        return new ValueTask<IReadOnlyList<SourceSplit>>(splits);
    }

    public ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation)
    {
        var end = FilePosition.Read(split.End ?? throw new SourceLostException($"split {split.Id} has no end"));
        var file = Path.Combine(Root(), split.Id.Replace('/', Path.DirectorySeparatorChar));
        if (!File.Exists(file))
        {
            throw new SourceLostException($"file {file} is gone");
        }

        var length = new FileInfo(file).Length;
        if (length < end.Offset)
        {
            throw new SourceLostException($"file {file} has {length} bytes, it had {end.Offset} when the job began");
        }

        return new ValueTask<ISplitReader>(new LineReader(file, FilePosition.Read(position), end));
    }

    /// <summary>The files that a path stands for, in the order in which they are read.</summary>
    /// <exception cref="SourceLostException">There are none.</exception>
    public static IReadOnlyList<string> FindFiles(string path) => new FileSource(path).Find().Files;

    // The folder that split names are relative to.
    private string Root()
    {
        if (Directory.Exists(_path))
        {
            return _path;
        }

        return File.Exists(_path) || IsPattern(_path)
            ? Path.GetDirectoryName(_path)!
            : throw new SourceLostException($"input {_path} does not exist");
    }

    private (string Root, List<string> Files) Find()
    {
        var root = Root();
        if (File.Exists(_path))
        {
            return (root, [_path]);
        }

        if (!Directory.Exists(root))
        {
            throw new SourceLostException($"input {_path} does not exist");
        }

        var files = (root == _path ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories) : Directory.EnumerateFiles(root, Path.GetFileName(_path)))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? (root, files) : throw new SourceLostException($"input {_path} has no files");
    }

    private static bool IsPattern(string path) => Path.GetFileName(path.AsSpan()).IndexOfAny('*', '?') >= 0;
}

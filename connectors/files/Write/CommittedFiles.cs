using System.Globalization;
using System.Text;

namespace Gearpump.Files;

/// <summary>Reads what <see cref="FileOutput"/> wrote. Files may appear meanwhile; what has appeared does not change.</summary>
public static class CommittedFiles
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The files of an instance's committed cuts, in the order of the cuts.</summary>
    public static IReadOnlyList<string> Files(string folder, string instance, string extension = FileOutput.Extension) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"{instance}-*{extension}")
            .Where(path => CutOf(path, instance) >= 0)
            .Order(StringComparer.Ordinal).ToList()
        : [];

    /// <summary>All records of an instance's committed cuts, in order, as text; the key is empty where a line has none.</summary>
    /// <exception cref="DecoderFallbackException">A record is not UTF-8; read such output with <see cref="ReadBytes"/>.</exception>
    public static IEnumerable<(string Key, string Value, long Cut)> Read(string folder, string instance) =>
        ReadBytes(folder, instance).Select(record => (Text(record.Key), Text(record.Value), record.Cut));

    /// <summary>All records of an instance's committed cuts, in order, byte for byte.</summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long Cut)> ReadBytes(string folder, string instance) =>
        Files(folder, instance).SelectMany(path => Lines(path).Select(record => (record.Key, record.Value, CutOf(path, instance))));

    /// <summary>
    /// All records that an instance's tasks wrote at least once, by epoch, then step and task, then line: of one key's records the
    /// last is the newest. A last line without LF is none.
    /// </summary>
    public static IEnumerable<(string Key, string Value, long Epoch)> ReadDirect(string folder, string instance)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{instance}-e*.log").Order(StringComparer.Ordinal).ToList() : [];
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            if (name.Length > instance.Length + 10 && long.TryParse(name.AsSpan(instance.Length + 2, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            {
                foreach (var (key, value) in Lines(path))
                {
                    yield return (Text(key), Text(value), epoch);
                }
            }
        }
    }

    /// <summary>The cut of a committed file; −1 where it is none.</summary>
    public static long CutOf(string path, string instance)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.Length > instance.Length + 1 + CutFileOutput.CutDigits && name[instance.Length] == '-' && name.StartsWith(instance, StringComparison.Ordinal)
            && name[instance.Length + 1 + CutFileOutput.CutDigits] == '-'
            && long.TryParse(name.Slice(instance.Length + 1, CutFileOutput.CutDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var cut)
            ? cut
            : -1;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Utf8.GetString(bytes.Span);

    private static IEnumerable<(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)> Lines(string path)
    {
        var bytes = ReadAll(path);
        var at = 0;
        while (bytes.AsSpan(at).IndexOf((byte)'\n') is var length and >= 0)
        {
            var line = bytes.AsMemory(at, length);
            var tab = line.Span.IndexOf((byte)'\t');
            yield return tab < 0 ? (default, line) : (line[..tab], line[(tab + 1)..]);
            at += length + 1;
        }
    }

    // A file that is still being appended to: as far as it was when it was opened.
    private static byte[] ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..read];
    }
}

using System.Globalization;
using System.Text;

namespace Gearpump.Files;

/// <summary>Reads what <see cref="FileOutput"/> wrote. Files may appear meanwhile; what has appeared does not change.</summary>
public static class CommittedFiles
{
    /// <summary>The files of an instance's committed cuts, in the order of the cuts.</summary>
    public static IReadOnlyList<string> Files(string folder, string instance, string extension = FileOutput.Extension) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"{instance}-*{extension}")
            .Where(path => CutOf(path, instance) >= 0)
            .Order(StringComparer.Ordinal).ToList()
        : [];

    /// <summary>All records of an instance's committed cuts, in order.</summary>
    public static IEnumerable<(string Key, string Value, long Cut)> Read(string folder, string instance) =>
        Files(folder, instance).SelectMany(path => Lines(path).Select(record => (record.Key, record.Value, CutOf(path, instance))));

    /// <summary>All records that an instance's tasks wrote at least once, by task, then epoch, then line. A last line without LF is none.</summary>
    public static IEnumerable<(string Key, string Value, long Epoch)> ReadDirect(string folder, string instance)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{instance}-e*.log").Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var path in files)
        {
            var epoch = long.Parse(Path.GetFileName(path).AsSpan(instance.Length + 2, 8), CultureInfo.InvariantCulture);
            foreach (var (key, value) in Lines(path))
            {
                yield return (key, value, epoch);
            }
        }
    }

    /// <summary>The cut of a committed file; −1 where it is none.</summary>
    public static long CutOf(string path, string instance)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.Length >= instance.Length + 13 && name[instance.Length] == '-'
            && long.TryParse(name.Slice(instance.Length + 1, 12), NumberStyles.None, CultureInfo.InvariantCulture, out var cut)
            ? cut
            : -1;
    }

    private static IEnumerable<(string Key, string Value)> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, 1 << 16);
        var text = reader.ReadToEnd();
        var at = 0;
        while (text.IndexOf('\n', at) is var end and >= 0)
        {
            var tab = text.IndexOf('\t', at, end - at);
            yield return tab < 0 ? ("", text[at..end]) : (text[at..tab], text[(tab + 1)..end]);
            at = end + 1;
        }
    }
}

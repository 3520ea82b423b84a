using System.Globalization;
using Gearpump.Files;

namespace Gearpump.EndToEnd.Support;

/// <summary>The committed files of a folder.</summary>
internal sealed class FileUpdates(string folder, string instance) : CommittedUpdates
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private long _newestCut;

    public override long? NewestCut => _newestCut;

    public static void CheckAll(string folder, string instance, IReadOnlyDictionary<string, long> expected)
    {
        using var updates = new FileUpdates(folder, instance);
        updates.ReadNew();
        updates.CheckAgainst(expected);
    }

    public override void ReadNew()
    {
        foreach (var path in CommittedFiles.Files(folder, instance).Where(_read.Add).ToList())
        {
            _newestCut = Math.Max(_newestCut, CommittedFiles.CutOf(path, instance));
            foreach (var line in File.ReadLines(path))
            {
                var tab = line.IndexOf('\t', StringComparison.Ordinal);
                Take(line[..tab], long.Parse(line.AsSpan(tab + 1), CultureInfo.InvariantCulture), path);
            }
        }
    }
}
